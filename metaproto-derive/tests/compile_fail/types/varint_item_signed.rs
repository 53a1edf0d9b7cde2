use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(count = u8, max = 4, item(varint))]
    numbers: Vec<i32>,
}

fn main() {}
