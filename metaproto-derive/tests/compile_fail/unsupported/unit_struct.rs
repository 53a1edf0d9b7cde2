use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame;

fn main() {}
