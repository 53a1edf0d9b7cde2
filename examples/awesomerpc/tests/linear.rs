//! Decoding costs the bytes and no more, however they are cut.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use awesomerpc::AwesomeRpc;
use common::request;
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Limits, Metadata, Mutation,
    Next, Output, Session,
};

/// Counts how often it is asked.
struct Counting {
    inner: AwesomeRpc,
    calls: Arc<AtomicUsize>,
}

impl Codec for Counting {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.inner.decode(input, metadata)
    }
    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.inner.encode(message, mutation, output)
    }
    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.inner.on_error(request, error, output)
    }
    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        self.inner.heartbeat_reply(ping, output)
    }
}

#[test]
fn a_large_message_byte_by_byte_asks_the_codec_a_few_times() {
    let calls = Arc::new(AtomicUsize::new(0));
    let codec = Counting {
        inner: AwesomeRpc::default(),
        calls: Arc::clone(&calls),
    };
    let mut session = Session::new(codec, Direction::ClientToServer, Limits::default());
    let mut metadata = Metadata::default();
    let bytes = request(1, 1, &vec![7; 1 << 20]);
    let mut messages = 0;
    for byte in &bytes {
        session.receive(std::slice::from_ref(byte));
        if let Next::Message { .. } = session.next_message(&mut metadata).unwrap() {
            messages += 1;
        }
    }
    assert_eq!(messages, 1);
    assert_eq!(metadata.frame(), bytes);
    let calls = calls.load(Ordering::Relaxed);
    assert!(calls <= 13 + 2, "{calls} calls");
}

#[test]
fn the_header_alone_tells_what_is_missing() {
    let bytes = request(1, 1, &vec![7; 1 << 20]);
    let mut metadata = Metadata::default();
    let status = AwesomeRpc::default()
        .decode(&bytes[..13], &mut metadata)
        .unwrap();
    assert_eq!(status, DecodeStatus::WaitForData { at_least: 1 << 20 });
}
