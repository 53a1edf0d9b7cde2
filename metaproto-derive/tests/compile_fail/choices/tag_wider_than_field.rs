use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    kind: u8,
    #[header(tag = kind)]
    body: Body,
}

#[derive(Header)]
#[header(part)]
enum Body {
    #[header(tag = 300)]
    Empty,
}

fn main() {}
