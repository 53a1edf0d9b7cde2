use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(varint = 3, zigzag(1), reserved = true)]
    number: u32,
}

fn main() {}
