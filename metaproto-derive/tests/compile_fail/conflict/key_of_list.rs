use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(count = u8, max = 4, key(len = u8, max = 9))]
    names: Vec<u16>,
    #[header(count = u8, max = 4, item(varint))]
    pairs: Vec<(u8, u8)>,
}

fn main() {}
