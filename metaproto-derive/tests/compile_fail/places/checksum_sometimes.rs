use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    flags: u8,
    #[header(checksum = crc32, when = flags & 1 != 0)]
    sum: Option<u32>,
}

fn main() {}
