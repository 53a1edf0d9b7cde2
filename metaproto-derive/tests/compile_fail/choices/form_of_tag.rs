use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = i8)]
enum Body {
    #[header(tag = 1)]
    Empty,
}

#[derive(Header)]
#[header(part, tag = 8)]
enum Other {
    #[header(tag = 1)]
    Empty,
}

fn main() {}
