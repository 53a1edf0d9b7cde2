use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(frame_len, no_body, max = 255)]
    length: u8,
}

fn main() {}
