use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(count = u8, max = 4)]
    arrays: Vec<[u8; 4]>,
    #[header(count = u8, max = 4)]
    triples: Vec<(u8, u8, u8)>,
}

fn main() {}
