use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    extra: Option<u32>,
}

fn main() {}
