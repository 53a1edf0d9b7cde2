use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame<'a> {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(len = u8, max = 9, request_id)]
    id: &'a str,
}

fn main() {}
