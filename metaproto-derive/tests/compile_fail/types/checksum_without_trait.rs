use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(checksum = Plain)]
    sum: u32,
}

struct Plain;

fn main() {}
