//! What ends at a mark, within a message that ends.

use metaproto_codec::{Fault, Header};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Pairs {
    #[header(frame_len, max = 40)]
    length: u8,
    #[header(until = 0, max = 2, key(until = 0, max = 8), value(until = 0, max = 8))]
    pairs: Vec<(String, String)>,
}

#[test]
fn a_mark_behind_the_message_is_not_its_mark() {
    for behind in [&b""[..], b"\0", b"x"] {
        let message = [b"\x05a\0b\0", behind].concat();
        let error = Pairs::read_frame(&message).unwrap_err();
        assert_eq!(*error.fault(), Fault::PastEnd { needed: 1, left: 0 });
        assert_eq!(
            (error.offset(), error.field().to_string()),
            (5, "pairs".into())
        );
    }
}

#[test]
fn one_pair_too_many_is_refused_where_the_pairs_begin() {
    let error = Pairs::read_frame(b"\x0Ea\0b\0c\0d\0e\0f\0\0").unwrap_err();
    assert_eq!(*error.fault(), Fault::AboveMaximum { found: 3, max: 2 });
    assert_eq!(error.offset(), 1);
}
