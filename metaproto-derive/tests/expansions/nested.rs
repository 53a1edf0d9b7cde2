/// A part, as it stands and as a block that it fills.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian, part)]
pub struct Zone {
    pub weight: u16,
    #[header(rest, max = 16)]
    pub name: String,
}

/// Its owner.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian, part)]
pub struct Nested {
    #[header(nested, len = u8, max = 18)]
    pub block: Zone,
    #[header(nested)]
    pub last: Zone,
}
