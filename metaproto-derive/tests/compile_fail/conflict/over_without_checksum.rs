use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    version: u8,
    #[header(over = ..version)]
    sum: u32,
}

fn main() {}
