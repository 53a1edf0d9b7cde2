use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(body_len, max = 255)]
    size: u8,
    #[header(status(ok = 0, route_not_found = 1, other = 0))]
    status: u8,
}

fn main() {}
