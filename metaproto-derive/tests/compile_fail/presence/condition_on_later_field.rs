use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(when = flags != 0)]
    extra: Option<u32>,
    flags: u8,
}

fn main() {}
