use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    flags: u8,
    #[header(bits = 8, when = flags & 1 != 0)]
    extra: Option<u8>,
}

fn main() {}
