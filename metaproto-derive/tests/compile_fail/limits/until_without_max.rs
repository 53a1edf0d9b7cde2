use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(until = b"\r\n")]
    line: String,
    #[header(rest)]
    text: String,
}

fn main() {}
