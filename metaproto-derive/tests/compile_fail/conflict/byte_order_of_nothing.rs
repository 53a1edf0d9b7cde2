use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(little_endian)]
    version: u8,
    #[header(nested, little_endian)]
    inner: Inner,
    #[header(varint, little_endian)]
    count: u32,
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
