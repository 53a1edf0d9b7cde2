use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(scale = 4)]
    length: u8,
}

fn main() {}
