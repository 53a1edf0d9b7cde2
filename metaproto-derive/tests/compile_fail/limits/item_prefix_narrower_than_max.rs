use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    total: u32,
    #[header(count = u8, max = 4, item(len = u8, max = 300))]
    names: Vec<String>,
}

fn main() {}
