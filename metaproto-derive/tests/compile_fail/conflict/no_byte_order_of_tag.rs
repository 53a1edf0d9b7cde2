use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u16)]
enum Body {
    #[header(tag = 1)]
    Empty,
}

fn main() {}
