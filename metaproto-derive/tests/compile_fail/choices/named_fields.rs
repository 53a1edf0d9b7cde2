use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    #[header(tag = 1)]
    Login { name: u8 },
    #[header(tag = 2)]
    Two(Inner, Inner),
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
