use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(trailer, checksum = crc32, over = ..=end)]
    sum: u32,
    #[header(trailer)]
    end: u8,
}

fn main() {}
