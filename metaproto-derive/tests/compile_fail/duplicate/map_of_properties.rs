use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(count = u8, max = 4, key(len = u8, max = 9), value(len = u8, max = 9), metadata)]
    tags: Vec<(String, String)>,
    #[header(count = u8, max = 4, key(len = u8, max = 9), value(len = u8, max = 9), metadata)]
    labels: Vec<(String, String)>,
}

fn main() {}
