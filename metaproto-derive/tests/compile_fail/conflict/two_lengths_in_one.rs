use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(header_len, body_len, max = 255)]
    length: u8,
}

fn main() {}
