use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    kind: u8,
    #[header(with = names, tag = kind)]
    names: Vec<u8>,
}

fn main() {}
