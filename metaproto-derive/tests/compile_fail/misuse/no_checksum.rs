use metaproto_codec::Header;

struct Sum;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 255)]
    length: u8,
    #[header(checksum = Sum, trailer)]
    sum: u16,
}

fn main() {}
