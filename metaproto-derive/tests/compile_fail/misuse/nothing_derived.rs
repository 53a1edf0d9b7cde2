use metaproto_codec::HeaderCodec;

struct Frame {
    length: u8,
}

fn main() {
    let _ = HeaderCodec::<Frame>::new();
}
