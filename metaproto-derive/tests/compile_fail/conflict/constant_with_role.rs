use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(request_id, constant = 1)]
    id: u32,
    #[header(status(ok = 0, other = 1), constant = 0)]
    status: u8,
}

fn main() {}
