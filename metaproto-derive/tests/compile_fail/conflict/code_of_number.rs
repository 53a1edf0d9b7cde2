use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(code = u16)]
    kind: u32,
}

fn main() {}
