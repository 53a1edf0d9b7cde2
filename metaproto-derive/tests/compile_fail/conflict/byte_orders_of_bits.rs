use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(bits = 4)]
    high: u8,
    #[header(bits = 4, little_endian)]
    low: u8,
}

fn main() {}
