/// A text that ends at a multiple of four bytes, and a length in words.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(little_endian)]
pub struct Aligned {
    #[header(header_len, bytes = 1, scale = 4, max = 1020)]
    pub words: u16,
    #[header(body_len, offset = -1, max = 254)]
    pub size: u8,
    #[header(len = u16, max = 64, align = 4)]
    pub name: String,
}
