/// What is not always there.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian, part)]
pub struct Conditions {
    pub flags: u8,
    #[header(when = flags & 1 != 0)]
    pub trace: Option<u64>,
    #[header(len = i16, max = 249, null = -1)]
    pub client: Option<String>,
    #[header(optional)]
    pub extra: Option<u16>,
}
