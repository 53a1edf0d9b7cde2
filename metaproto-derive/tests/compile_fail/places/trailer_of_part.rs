use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(trailer)]
    end: u8,
}

fn main() {}
