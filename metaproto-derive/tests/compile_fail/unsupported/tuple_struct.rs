use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame(u32, u8);

fn main() {}
