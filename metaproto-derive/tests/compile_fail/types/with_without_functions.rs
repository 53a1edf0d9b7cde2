use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(with = names)]
    name: u32,
}

mod names {}

fn main() {}
