use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(constant = 0, reserved)]
    zero: u8,
}

fn main() {}
