use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(count = u8, max = 4, item(len = u8, len = u16, max = 4))]
    names: Vec<String>,
}

fn main() {}
