use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    version: u8,
    #[header(checksum = crc32, over = version)]
    sum: u32,
    #[header(checksum = crc32, over = ..4)]
    other: u32,
}

fn main() {}
