use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 255)]
    length: u8,
    #[header(rest_len, max = 255)]
    rest: u8,
}

fn main() {}
