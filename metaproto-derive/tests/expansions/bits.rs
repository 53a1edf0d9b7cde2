/// Fields that share bytes.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian)]
pub struct Bits {
    #[header(bits = 4, constant = 1)]
    pub version: u8,
    #[header(bits = 1, oneway = 1)]
    pub is_oneway: bool,
    #[header(bits = 3, reserved)]
    pub spare: u8,
    #[header(body_len, max = 255)]
    pub size: u8,
}
