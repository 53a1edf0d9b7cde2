use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(checksum = crc32)]
    sum: u32,
    #[header(len = sum, max = 9)]
    name: String,
}

fn main() {}
