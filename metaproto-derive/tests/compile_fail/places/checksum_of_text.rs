use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(checksum = crc32, len = u8, max = 4)]
    sum: String,
}

fn main() {}
