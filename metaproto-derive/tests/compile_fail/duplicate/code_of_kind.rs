use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(message_type(request = 1, response = 2, error = 2))]
    kind: u8,
}

fn main() {}
