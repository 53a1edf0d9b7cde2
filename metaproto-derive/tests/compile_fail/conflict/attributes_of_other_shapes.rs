use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(pad = 0)]
    number: u32,
    #[header(len = u8, max = 4)]
    width: u32,
    #[header(max = 4)]
    height: u32,
    #[header(until = 0, offset = 1, max = 9)]
    name: String,
    #[header(nested)]
    depth: u32,
}

fn main() {}
