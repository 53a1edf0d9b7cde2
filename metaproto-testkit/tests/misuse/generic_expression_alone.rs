use metaproto_codec::{Header, HeaderCodec};

#[derive(Header)]
#[header(big_endian)]
struct RpcHeader {
    #[header(frame_len, max = 255)]
    length: u8,
}
type Rpc = HeaderCodec<RpcHeader>;

metaproto_testkit::conformance!(HeaderCodec::<RpcHeader>::new());

fn main() {}
