use metaproto_codec::Header;

#[derive(Header)]
#[header(part, big_endian)]
enum Body {
    #[header(tag = 1)]
    Empty,
}

fn main() {}
