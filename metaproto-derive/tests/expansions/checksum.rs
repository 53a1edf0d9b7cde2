/// A checksum behind the body.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian)]
pub struct Sealed {
    #[header(frame_len, max = 4096)]
    pub length: u32,
    #[header(trailer, checksum = crc32c)]
    pub sum: u32,
}
