use metaproto_codec::Header;

const MAGIC: [u8; 1] = *b"A";

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(constant = MAGIC)]
    magic: [u8; 2],
}

fn main() {}
