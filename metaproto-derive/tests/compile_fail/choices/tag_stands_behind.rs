use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(tag = kind)]
    body: Body,
    kind: u8,
}

#[derive(Header)]
#[header(part)]
enum Body {
    #[header(tag = 1)]
    Empty,
}

fn main() {}
