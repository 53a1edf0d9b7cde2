use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Request {
    name_len: u8,
    #[header(body_len, max = 16)]
    length: u8,
    #[header(len = name_len, max = 16)]
    name: String,
    #[header(when = name_len != 0)]
    zone: Option<u16>,
    #[header(when = length > 4)]
    code: Option<u8>,
}

fn main() {}
