use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(code = u8)]
    kind: Plain,
}

#[derive(Clone, Copy)]
struct Plain;

fn main() {}
