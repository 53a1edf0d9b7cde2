use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(varint, scale = 4)]
    kind: u32,
    #[header(tag = kind)]
    body: Body,
}

#[derive(Header)]
#[header(part)]
enum Body {
    #[header(tag = 1)]
    Empty,
}

fn main() {}
