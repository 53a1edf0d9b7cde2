//! The suite on a derived header that has what it would like to add: a property called `zone`, and a stream id in every
//! message.

use metaproto_codec::{Header, HeaderCodec};

#[derive(Header)]
#[header(big_endian)]
struct Declared {
    #[header(frame_len, max = 4096)]
    length: u16,
    #[header(request_id)]
    id: u32,
    #[header(stream_id)]
    stream: u32,
    #[header(status(ok = 0, other = 1))]
    status: u8,
    #[header(metadata = "zone")]
    zone: u8,
    #[header(metadata, len = u16, max = 512, key(len = u8, max = 32), value(len = u8, max = 128))]
    context: Vec<(String, String)>,
}

metaproto_testkit::conformance!(HeaderCodec<Declared>);
