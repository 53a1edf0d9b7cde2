use metaproto_codec::Header;

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_length, max = 255)]
    length: u8,
    #[header(witdh = 4)]
    flags: u8,
    #[header(when = flags & 1 != 0)]
    extra: Option<u32>,
    #[header(len = length, max = 9)]
    name: String,
    #[header(tag = flags)]
    body: Body,
}

#[derive(Header)]
#[header(part)]
enum Body {
    #[header(tga = 1)]
    Empty,
}

fn main() {}
