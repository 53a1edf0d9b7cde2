use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 70_000)]
    length: u16,
}

fn main() {}
