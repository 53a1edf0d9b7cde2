use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    flags: u8,
    #[header(when = flags & 1 != 0)]
    extra: u32,
}

fn main() {}
