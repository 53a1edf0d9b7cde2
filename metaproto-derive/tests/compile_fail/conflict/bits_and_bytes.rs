use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(bits = 8, bytes = 1)]
    number: u8,
}

fn main() {}
