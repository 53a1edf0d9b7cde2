use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(with = names, len = u8, max = 9)]
    names: Vec<u8>,
}

fn main() {}
