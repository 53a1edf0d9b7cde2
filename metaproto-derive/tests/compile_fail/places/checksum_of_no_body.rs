use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(checksum = crc32, over = ..=body)]
    sum: u32,
}

fn main() {}
