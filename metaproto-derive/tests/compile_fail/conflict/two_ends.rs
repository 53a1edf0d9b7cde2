use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(len = u8, until = 0, max = 9)]
    name: String,
}

fn main() {}
