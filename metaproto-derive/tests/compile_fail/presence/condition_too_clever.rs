use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    flags: u8,
    #[header(when = flags.count_ones() == 1)]
    extra: Option<u32>,
    #[header(when = is_set(flags))]
    more: Option<u32>,
    #[header(when = flags + 1 == 2)]
    last: Option<u32>,
}

fn main() {}
