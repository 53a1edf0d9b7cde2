use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(constant = -1)]
    version: u8,
    #[header(constant = -129)]
    edition: i8,
}

fn main() {}
