//! A protocol without request ids in Envoy, codec and all.

use metaproto_codec::{Header, HeaderCodec, MIB};

/// What every message starts with. Responses come in the order of their requests.
#[derive(Header, Debug)]
#[header(big_endian)]
struct InOrder {
    /// Bytes of the whole message.
    #[header(frame_len, max = 4 * MIB)]
    length: u32,
    #[header(metadata = "cmd")]
    command: u16,
    /// What a response says of its request.
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    code: u8,
}

metaproto_envoy::module! { "in-order" => HeaderCodec<InOrder> }
