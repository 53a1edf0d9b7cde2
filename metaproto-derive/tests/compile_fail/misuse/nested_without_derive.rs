use metaproto_codec::Header;

struct Inner {
    id: u32,
}

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 255)]
    length: u8,
    #[header(nested)]
    inner: Inner,
}

fn main() {}
