use metaproto_codec::Header;

enum Kind {
    Call = 1,
    Answer = 2,
}

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 255)]
    length: u8,
    #[header(code = u8)]
    kind: Kind,
}

fn main() {
    let _ = (Kind::Call, Kind::Answer);
}
