use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(request_id, stream_id)]
    id: u32,
    #[header(body_len, max = 255)]
    length: u8,
}

#[derive(Header)]
#[header(big_endian)]
struct Scaled {
    #[header(stream_id, scale = 4)]
    stream: u32,
    #[header(stream_id, constant = 1)]
    other: u8,
    #[header(body_len, max = 255)]
    length: u8,
}

fn main() {}
