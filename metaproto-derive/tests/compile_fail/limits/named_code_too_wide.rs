use metaproto_codec::Header;

const LATE: u32 = 999;
const MAGIC: i64 = -1;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(status(ok = 0, over_limit = LATE, other = 1))]
    status: u8,
    #[header(constant = MAGIC)]
    magic: u16,
}

fn main() {}
