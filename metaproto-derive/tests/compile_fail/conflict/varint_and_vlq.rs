use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(varint, vlq)]
    number: u32,
}

fn main() {}
