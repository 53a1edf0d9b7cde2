use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    version: u8,
    flags: u8,
    #[header(checksum = crc32, over = flags..=version)]
    sum: u32,
}

fn main() {}
