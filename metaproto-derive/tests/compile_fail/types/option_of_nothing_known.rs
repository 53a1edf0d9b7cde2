use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(optional)]
    extra: Option<Option<u32>>,
}

fn main() {}
