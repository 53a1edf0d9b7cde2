use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Frame {
    #[header(request_id)]
    id: u32,
}

fn main() {}
