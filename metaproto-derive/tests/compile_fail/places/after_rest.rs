use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(rest, max = 9)]
    name: String,
    flags: u8,
}

fn main() {}
