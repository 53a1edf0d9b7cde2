#[derive(metaproto_codec::Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 255)]
    length: u8,
}

fn main() {
    let _ = Frame { length: 0 }.to_frame(b"");
}
