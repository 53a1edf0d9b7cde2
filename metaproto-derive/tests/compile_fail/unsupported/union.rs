use metaproto_codec::Header;

#[derive(Header)]
union Frame {
    word: u32,
    bytes: [u8; 4],
}

fn main() {}
