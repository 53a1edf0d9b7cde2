use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    tags: std::collections::HashMap<u8, u8>,
}

fn main() {}
