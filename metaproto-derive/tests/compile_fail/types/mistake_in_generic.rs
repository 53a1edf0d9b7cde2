use metaproto_codec::Header;

use metaproto_codec::{HeaderCodec, Part};

#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Frame<T> {
    #[header(frame_len)]
    length: u32,
    #[header(nested)]
    inner: T,
}

#[derive(Header, Clone, Debug)]
#[header(part)]
struct Line<'a> {
    #[header(untill = b"\n", max = 80)]
    text: &'a str,
}

#[derive(Header, Clone, Debug)]
#[header(part)]
struct Flag {
    flag: bool,
}

type Codec = HeaderCodec<Frame<Flag>>;
const LEN: usize = <Line<'static> as Part>::MIN_LEN;

fn codec() -> Codec {
    let _ = LEN;
    Codec::new()
}

fn main() {}
