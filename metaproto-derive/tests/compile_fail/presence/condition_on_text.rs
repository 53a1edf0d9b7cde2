use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(len = u8, max = 9)]
    name: String,
    #[header(when = name == 1)]
    extra: Option<u32>,
}

fn main() {}
