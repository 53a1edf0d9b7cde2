use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    name_len: u8,
    #[header(len = name_len, max = 8)]
    name: String,
    #[header(len = name_len, max = 8)]
    alias: String,
}

fn main() {}
