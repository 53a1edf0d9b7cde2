use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(metadata = "")]
    zone: u8,
}

fn main() {}
