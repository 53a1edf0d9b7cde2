/// All of fixed width: read and written at constant places.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(big_endian)]
pub struct Fixed {
    #[header(constant = 0xCAFE)]
    pub magic: u16,
    #[header(request_id)]
    pub id: u32,
    #[header(message_type(request = 1, response = 2))]
    pub kind: u8,
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub status: u8,
    #[header(frame_len, max = 4096)]
    pub length: u32,
}
