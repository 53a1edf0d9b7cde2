/// Numbers in as many bytes as they need.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(part)]
pub struct Varints {
    #[header(varint)]
    pub count: u32,
    #[header(vlq)]
    pub ticks: u64,
    #[header(varint, zigzag)]
    pub delta: i32,
    #[header(count = varint, max = 8, item(varint))]
    pub ids: Vec<u32>,
}
