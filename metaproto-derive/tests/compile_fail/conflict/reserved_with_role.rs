use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(reserved, metadata = "spare")]
    spare: u8,
}

fn main() {}
