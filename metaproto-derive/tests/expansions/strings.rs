use bytes::Bytes;
use metaproto_codec::wire::Text;

/// Texts and bytes, each with an end of its own kind.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian)]
pub struct Strings {
    #[header(body_len, max = 255)]
    pub size: u8,
    pub name_len: u8,
    #[header(len = name_len, max = 64, metadata = "name")]
    pub name: String,
    #[header(len = u16, max = 256, operation)]
    pub method: Text,
    #[header(until = b"\r\n", max = 80)]
    pub line: Vec<u8>,
    #[header(bytes = 8, pad = 0)]
    pub padded: Bytes,
}
