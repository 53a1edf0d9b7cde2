use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(message_type(request = 0, response = 300))]
    kind: u8,
    #[header(bits = 4, oneway = 16)]
    mode: u8,
    #[header(bits = 4, heartbeat = -9)]
    event: i8,
}

fn main() {}
