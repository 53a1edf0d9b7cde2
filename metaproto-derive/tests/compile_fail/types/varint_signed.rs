use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(varint)]
    number: i32,
    #[header(varint, zigzag)]
    size: u32,
    #[header(varint)]
    ratio: f32,
    #[header(varint)]
    huge: u128,
}

fn main() {}
