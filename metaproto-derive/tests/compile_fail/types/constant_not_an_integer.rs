use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(constant = -1.5)]
    version: i16,
    #[header(message_type(request = 1.0, response = 2))]
    kind: u8,
}

fn main() {}
