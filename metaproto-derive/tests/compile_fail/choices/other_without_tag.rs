use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u16, big_endian)]
enum Body {
    #[header(tag = 1)]
    Empty,
    #[header(other)]
    Other(Inner),
}

#[derive(Header)]
#[header(part, tag = u16, big_endian)]
enum Narrow {
    #[header(tag = 1)]
    Empty,
    #[header(other)]
    Other(u8, Inner),
}

#[derive(Header)]
#[header(part, tag = u8)]
enum Both {
    #[header(tag = 1)]
    Empty,
    #[header(tag = 2, other)]
    Other(u8, Inner),
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
