use metaproto_codec::{Direction, Header, Limits, Session};

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 255)]
    length: u8,
}

fn main() {
    let frame = Frame { length: 0 };
    Session::new(frame, Direction::ClientToServer, Limits::default());
}
