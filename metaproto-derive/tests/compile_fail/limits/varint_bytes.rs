use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(varint, bytes = 6)]
    number: u32,
}

fn main() {}
