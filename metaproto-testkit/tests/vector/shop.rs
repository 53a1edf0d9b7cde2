//! The protocol of these tests.

use metaproto_codec::{Codec, Header, HeaderCodec, KIB};

/// 12 bytes and properties, big-endian.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(crate) struct ShopHeader {
    #[header(constant = 0xCAFE)]
    pub(crate) magic: u16,
    #[header(request_id)]
    pub(crate) id: u16,
    #[header(frame_len, max = 4 * KIB)]
    pub(crate) length: u32,
    #[header(metadata = "cmd")]
    pub(crate) cmd: i8,
    #[header(status(ok = 0, other = 1))]
    pub(crate) code: u8,
    pub(crate) tags_len: u16,
    #[header(len = tags_len, max = 0xFFFF, key(len = u8, max = 0xFF), value(len = u8, max = 0xFF), metadata)]
    pub(crate) tags: Vec<(String, String)>,
}

pub(crate) type Shop = HeaderCodec<ShopHeader>;

pub(crate) fn shop() -> Box<dyn Codec> {
    Box::new(Shop::new())
}

/// A message with one tag.
pub(crate) fn message(id: u16, body: &[u8]) -> Vec<u8> {
    let header = ShopHeader {
        magic: 0xCAFE,
        id,
        length: 0,
        cmd: 5,
        code: 0,
        tags_len: 0,
        tags: vec![("zone".into(), "blue".into())],
    };
    header.to_frame(body).unwrap().to_vec()
}
