use metaproto_codec::{Codec, Header, HeaderCodec};

#[derive(Header)]
#[header(big_endian, part)]
struct Inner {
    id: u32,
}

fn serve(codec: HeaderCodec<Inner>) -> impl Codec {
    codec
}

fn main() {}
