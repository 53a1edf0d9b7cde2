use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian, part)]
struct Nothing {}

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 4096)]
    length: u32,
    #[header(count = u32, max = 1000, nested)]
    nothings: Vec<Nothing>,
    #[header(count = u32, max = 1000, nested)]
    pairs: Vec<(Nothing, Nothing)>,
}

fn main() {}
