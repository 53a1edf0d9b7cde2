use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(count = u16, max = 4, item(len = u8))]
    names: Vec<String>,
}

fn main() {}
