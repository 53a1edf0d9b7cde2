use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(bits = 100)]
    high: u128,
    #[header(bits = 36)]
    low: u64,
}

fn main() {}
