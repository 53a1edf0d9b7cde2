use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(count = u8, max = 4, nested, item(len = u8, max = 9))]
    inner: Vec<Inner>,
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
