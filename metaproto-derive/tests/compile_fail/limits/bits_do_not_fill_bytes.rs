use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(bits = 3)]
    version: u8,
    #[header(bits = 4)]
    flags: u8,
    id: u8,
}

fn main() {}
