/// A header that borrows, with a part of any type.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian)]
pub struct Borrowed<'m, T> {
    #[header(body_len, max = 255)]
    pub size: u8,
    #[header(len = u16, max = 256)]
    pub path: &'m str,
    #[header(nested)]
    pub part: T,
}
