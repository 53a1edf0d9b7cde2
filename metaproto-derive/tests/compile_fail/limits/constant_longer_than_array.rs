use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(constant = *b"ABC")]
    magic: [u8; 2],
}

fn main() {}
