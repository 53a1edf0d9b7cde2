use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    Empty,
}

fn main() {}
