use metaproto_codec::Header;

#[derive(Header)]
#[header(part)]
struct Frame {
    #[header(bits = 4)]
    high: u8,
    #[header(bits = 12)]
    low: u16,
}

fn main() {}
