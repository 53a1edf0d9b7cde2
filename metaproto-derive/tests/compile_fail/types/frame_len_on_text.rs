use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, len = u8, max = 8)]
    length: String,
}

fn main() {}
