use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, little_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    id: u32,
}

fn main() {}
