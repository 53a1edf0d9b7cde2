use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    #[header(tag = 1)]
    Empty,
    #[header(tag = 1)]
    Full,
}

fn main() {}
