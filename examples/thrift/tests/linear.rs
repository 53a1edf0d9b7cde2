//! A message whose length nobody states is read once, however it is cut.

use std::time::{Duration, Instant};

use metaproto_codec::{Direction, Limits, Metadata, Next, Session};
use thrift::Thrift;

/// Some fifty times what it takes without optimization; a second look at what has been read would take hours.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_large_unframed_message_byte_by_byte_takes_no_time() {
    let mut message = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x07".to_vec();
    for _ in 0..1 << 19 {
        message.extend(b"\x02\0\x01\x01");
    }
    message.push(0);

    let start = Instant::now();
    let mut session = Session::new(Thrift::new(), Direction::ClientToServer, Limits::default());
    let mut metadata = Metadata::default();
    let mut found = 0;
    for byte in message.chunks(1) {
        session.receive(byte);
        let next = session.next_message(&mut metadata).unwrap();
        found += usize::from(matches!(next, Next::Message { .. }));
    }
    assert_eq!((found, metadata.frame().len()), (1, message.len()));
    assert!(start.elapsed() < PATIENCE, "it takes {:?}", start.elapsed());
}
