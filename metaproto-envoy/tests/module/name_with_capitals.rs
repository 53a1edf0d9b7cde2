use metaproto_codec::{Header, HeaderCodec};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Two {
    #[header(frame_len, max = 8)]
    length: u16,
}

type Codec = HeaderCodec<Two>;

metaproto_envoy::module! {
    "awesomeRPC" => Codec,
}

fn main() {}
