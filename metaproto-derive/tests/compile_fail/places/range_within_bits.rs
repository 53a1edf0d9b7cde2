use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(bits = 4)]
    high: u8,
    #[header(bits = 4)]
    low: u8,
    #[header(checksum = crc32, over = low..)]
    sum: u32,
}

fn main() {}
