use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(until = 0, max = 9, null = -1)]
    name: Option<String>,
}

fn main() {}
