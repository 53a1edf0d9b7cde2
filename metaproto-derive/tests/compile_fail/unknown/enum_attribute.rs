use metaproto_codec::Header;

#[derive(Header)]
#[header(part, code = u8)]
enum Body {
    #[header(tag = 1)]
    Empty,
}

fn main() {}
