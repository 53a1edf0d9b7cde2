use metaproto_codec::{Header, HeaderCodec};

#[derive(Header)]
#[header(big_endian)]
struct Two {
    #[header(frame_len, max = 8)]
    length: u16,
}

metaproto_envoy::module! {
    "two" => HeaderCodec::<Two>::new(),
}

fn main() {}
