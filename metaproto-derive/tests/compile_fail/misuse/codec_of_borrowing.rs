use metaproto_codec::{Direction, Header, HeaderCodec, Limits, Session};

#[derive(Header)]
#[header(big_endian)]
struct Frame<'a> {
    #[header(frame_len, max = 255)]
    length: u8,
    #[header(len = u8, max = 20)]
    name: &'a str,
}

fn main() {
    Session::new(HeaderCodec::<Frame>::new(), Direction::ClientToServer, Limits::default());
}
