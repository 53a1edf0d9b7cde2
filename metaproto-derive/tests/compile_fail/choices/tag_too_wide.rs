use metaproto_codec::Header;

const FAR: u16 = 300;

#[derive(Header)]
#[header(part, tag = u8)]
enum Body {
    #[header(tag = 256)]
    Wide,
    #[header(tag = -1)]
    Negative,
}

#[derive(Header)]
#[header(part, tag = u8)]
enum Named {
    #[header(tag = FAR)]
    Far,
}

fn main() {}
