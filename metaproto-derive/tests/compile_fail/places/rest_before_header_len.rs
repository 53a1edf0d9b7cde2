use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(rest, max = 9)]
    name: String,
    #[header(header_len, max = 300)]
    length: u16,
}

fn main() {}
