use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    id: u32,
}

fn main() {}
