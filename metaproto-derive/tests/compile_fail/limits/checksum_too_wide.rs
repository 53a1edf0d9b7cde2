use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(checksum = crc32)]
    sum: u16,
}

fn main() {}
