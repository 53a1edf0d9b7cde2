use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    flags: u8,
    #[header(body_len, max = 255, when = flags & 1 != 0)]
    size: Option<u8>,
}

fn main() {}
