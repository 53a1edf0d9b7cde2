use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(len = name_len, max = 8)]
    name: String,
    name_len: u8,
}

fn main() {}
