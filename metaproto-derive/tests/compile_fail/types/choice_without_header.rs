use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    kind: u8,
    #[header(tag = kind)]
    body: Inner,
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
