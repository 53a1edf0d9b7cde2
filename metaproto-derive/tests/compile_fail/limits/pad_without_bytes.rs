use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(pad = 0)]
    name: String,
}

fn main() {}
