use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(constant = 0x1DABB)]
    magic: u16,
    #[header(frame_len)]
    length: u32,
    #[header(request_id)]
    id: f32,
    #[header(status(ok = 0))]
    code: u8,
    #[header(len = u8)]
    name: String,
}

fn main() {}
