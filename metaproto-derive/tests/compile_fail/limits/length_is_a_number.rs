use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(len = 16, max = 9)]
    name: String,
    #[header(bytes = SIZE)]
    size: u32,
}

fn main() {}
