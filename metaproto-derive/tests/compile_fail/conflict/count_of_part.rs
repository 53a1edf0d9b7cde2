use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(nested, count = u8, max = 4)]
    inner: Inner,
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
