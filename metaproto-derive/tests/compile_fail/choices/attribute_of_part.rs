use metaproto_codec::Header;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    #[header(tag = 1)]
    Login(#[header(len = u16)] Inner),
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

fn main() {}
