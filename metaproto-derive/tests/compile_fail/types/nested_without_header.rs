use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(nested)]
    inner: Plain,
    #[header(count = u8, max = 4, nested)]
    many: Vec<Plain>,
}

struct Plain;

fn main() {}
