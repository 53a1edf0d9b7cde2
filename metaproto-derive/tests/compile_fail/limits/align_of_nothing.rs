use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(align = 0)]
    length: u8,
}

fn main() {}
