use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(message_type(request = 1, request = 2))]
    kind: u8,
}

fn main() {}
