use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame<'a, 'b> {
    #[header(len = u8, max = 9)]
    name: &'a str,
    #[header(len = u8, max = 9)]
    zone: &'b str,
}

fn main() {}
