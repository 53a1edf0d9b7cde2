use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(lenght = u8, maximum = 4, bytes = SIZE, item(min = 2, pad = 3))]
    names: Vec<String>,
}

fn main() {}
