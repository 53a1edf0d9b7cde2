use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct RpcHeader {
    #[header(frame_len, max = 255)]
    length: u8,
}
metaproto_testkit::conformance!(RpcHeader);

fn main() {}
