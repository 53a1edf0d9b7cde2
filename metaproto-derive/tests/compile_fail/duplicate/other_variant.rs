use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    #[header(tag = 1)]
    Empty,
    #[header(other)]
    Other(u8, Inner),
    #[header(other)]
    Unknown(u8, Inner),
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
