use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(request_id)]
    id: u32,
    #[header(request_id)]
    other_id: u32,
}

fn main() {}
