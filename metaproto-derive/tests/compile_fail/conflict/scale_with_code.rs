use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(scale = 4, constant = 8)]
    length: u8,
    #[header(scale = 0)]
    width: u8,
}

fn main() {}
