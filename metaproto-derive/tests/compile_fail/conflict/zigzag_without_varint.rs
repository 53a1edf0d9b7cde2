use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(zigzag)]
    number: i32,
}

fn main() {}
