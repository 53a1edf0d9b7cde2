/// A list, and a map of properties.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian)]
pub struct Maps {
    #[header(body_len, max = 255)]
    pub size: u8,
    #[header(count = u8, max = 16)]
    pub ports: Vec<u16>,
    #[header(len = u16, max = 1024, key(len = u8, max = 32), value(len = u16, max = 256), metadata)]
    pub properties: Vec<(String, String)>,
}
