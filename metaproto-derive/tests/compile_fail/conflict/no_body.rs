use metaproto_codec::{Header, MIB};

#[derive(Header)]
#[header(big_endian)]
struct Both {
    #[header(frame_len, no_body, max = MIB)]
    length: u32,
    #[header(body_len, max = MIB)]
    body_length: u32,
}

#[derive(Header)]
#[header(big_endian)]
struct Elsewhere {
    #[header(frame_len, max = MIB)]
    length: u32,
    #[header(no_body)]
    kind: u8,
}

fn main() {}
