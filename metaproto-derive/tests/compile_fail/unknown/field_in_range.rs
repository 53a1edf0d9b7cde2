use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    version: u8,
    #[header(checksum = crc32, over = verison..)]
    sum: u32,
}

fn main() {}
