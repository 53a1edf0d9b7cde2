use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(bytes = 16, pad = 0, max = 16)]
    name: String,
}

fn main() {}
