use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    flags: u8,
    #[header(when = flag & 1 != 0)]
    extra: Option<u32>,
}

fn main() {}
