use metaproto_codec::Header;

#[derive(Header)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(request_id)]
    id: u8,
}

fn main() {}
