use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    kind: u8,
    #[header(tag = kind)]
    body: u32,
    #[header(nested)]
    number: u32,
}

fn main() {}
