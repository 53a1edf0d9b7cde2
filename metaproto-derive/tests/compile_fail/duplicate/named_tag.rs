use metaproto_codec::Header;

const LOGIN: u8 = 2;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    #[header(tag = 1)]
    Empty,
    #[header(tag = 2)]
    Guest,
    #[header(tag = LOGIN)]
    Login,
}

fn main() {}
