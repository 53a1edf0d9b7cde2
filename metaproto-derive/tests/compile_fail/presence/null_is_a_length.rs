use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(len = u16, max = 9, null = 0)]
    name: Option<String>,
    #[header(len = u8, max = 9, null = 300)]
    zone: Option<String>,
}

fn main() {}
