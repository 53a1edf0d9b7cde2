use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(len = u8, max = 9, reserved)]
    name: String,
}

fn main() {}
