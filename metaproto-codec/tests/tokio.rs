//! What is read through tokio-util's traits is what a session finds; what is written is what the codec writes.

#![cfg(feature = "tokio")]

use bytes::{Buf, Bytes, BytesMut};
use metaproto_codec::tokio::{MessageCodec, Outgoing, StreamError};
use metaproto_codec::{
    CodecError, Direction, ErrorType, Header, HeaderCodec, Limits, MIB, Metadata, Mutation, Next,
    Output, Session,
};
use proptest::prelude::*;
use tokio_util::codec::{Decoder, Encoder};

#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Call {
    #[header(constant = 0xCA)]
    magic: u8,
    #[header(message_type(request = 1, oneway = 2, response = 3, ping = 4, pong = 5))]
    kind: u8,
    #[header(request_id)]
    id: u32,
    #[header(body_len, max = 4 * MIB)]
    length: u32,
    #[header(status(ok = 0, other = 1))]
    status: u8,
    #[header(operation, len = u8, max = 64)]
    method: String,
}

type Calls = HeaderCodec<Call>;

const REQUEST: u8 = 1;
const ONE_WAY: u8 = 2;
const PING: u8 = 4;

fn call(kind: u8, id: u32, method: &str, body: &[u8]) -> Vec<u8> {
    let (magic, length, status) = (0, 0, 0);
    let method = method.to_owned();
    let header = Call {
        magic,
        kind,
        id,
        length,
        status,
        method,
    };
    header.to_frame(body).unwrap()
}

fn server() -> MessageCodec<Calls> {
    MessageCodec::new(Calls::new(), Direction::ClientToServer, Limits::default())
}

fn one(frame: &[u8]) -> Metadata {
    let message = server().decode(&mut BytesMut::from(frame));
    message.unwrap().expect("a whole message")
}

fn written(message: impl Into<Outgoing>) -> Result<BytesMut, StreamError> {
    let mut buffer = BytesMut::new();
    server().encode(message.into(), &mut buffer)?;
    Ok(buffer)
}

/// What was found in a stream: messages with their places, and how it ended.
#[derive(Debug, PartialEq)]
struct Found {
    messages: Vec<(u64, Vec<u8>, String)>,
    end: Result<(), CodecError>,
}

impl Found {
    fn new() -> Self {
        Self {
            messages: Vec::new(),
            end: Ok(()),
        }
    }

    fn add(&mut self, offset: u64, message: &Metadata) {
        let facts = (
            message.kind(),
            message.request_id(),
            message.operation().map(|name| name.to_string()),
            message.body().len(),
        );
        let frame = message.frame().to_vec();
        self.messages.push((offset, frame, format!("{facts:?}")));
    }
}

fn by_session(stream: &[u8]) -> Found {
    let mut session = Session::new(Calls::new(), Direction::ClientToServer, Limits::default());
    let mut message = Metadata::default();
    let mut found = Found::new();
    session.receive(stream);
    loop {
        match session.next_message(&mut message) {
            Ok(Next::Message { offset }) => found.add(offset, &message),
            Ok(Next::Wait { .. }) => break,
            Err(error) => {
                found.end = Err(error);
                return found;
            }
        }
    }
    found.end = session.finish();
    found
}

/// Adds pieces of `stream` to a buffer, as long as `steps` says and then in one, and asks so many times in between.
fn by_decoder(stream: &[u8], steps: &[(usize, usize)]) -> Found {
    let mut codec = server();
    let mut buffer = BytesMut::new();
    let mut found = Found::new();
    let mut left = stream;
    let mut steps = steps.iter();
    loop {
        let (length, asks) = *steps.next().unwrap_or(&(usize::MAX, usize::MAX));
        let (piece, rest) = left.split_at(length.min(left.len()));
        let ended = rest.is_empty();
        buffer.extend_from_slice(piece);
        left = rest;
        for _ in 0..if ended { usize::MAX } else { asks } {
            let answer = if ended {
                codec.decode_eof(&mut buffer)
            } else {
                codec.decode(&mut buffer)
            };
            match answer {
                Ok(Some(message)) => {
                    found.add(codec.offset() - message.frame().len() as u64, &message);
                }
                Ok(None) if ended => return found,
                Ok(None) => break,
                Err(StreamError::Codec(error)) => {
                    buffer.extend_from_slice(&call(REQUEST, 1, "late", b""));
                    let again = codec.decode(&mut buffer).unwrap_err();
                    assert_eq!(again.to_string(), error.to_string(), "an error is final");
                    assert!(buffer.is_empty(), "nothing piles up behind an error");
                    found.end = Err(error);
                    return found;
                }
                Err(StreamError::Io(error)) => panic!("nobody reads here: {error}"),
            }
        }
    }
}

fn frames() -> impl Strategy<Value = Vec<u8>> {
    let body = prop_oneof![0..40_usize, 200..6000_usize];
    (1..3_u8, any::<u32>(), "[a-z]{0,12}", body)
        .prop_map(|(kind, id, method, body)| call(kind, id, &method, &vec![7; body]))
}

fn ends() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(Vec::new()),
        // Cut short, of the wrong kind, too large, and no message at all.
        Just(call(REQUEST, 9, "cut", &[1; 300])[..200].to_vec()),
        Just(call(3, 9, "response", b"")),
        Just(b"\xCA\x01\0\0\0\x01\xFF\xFF\xFF\xFF\0\0".to_vec()),
        prop::collection::vec(any::<u8>(), 1..40),
    ]
}

proptest! {
    #[test]
    fn any_chunking_gives_what_a_session_finds(
        frames in prop::collection::vec(frames(), 0..12),
        end in ends(),
        steps in prop::collection::vec((prop_oneof![1..20_usize, 1..9000_usize], 0..5_usize), 0..40),
    ) {
        let stream = [frames.concat(), end].concat();
        let expected = by_session(&stream);
        let found = by_decoder(&stream, &steps);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_large_payload_is_not_copied() {
    let frame = call(REQUEST, 7, "put", &vec![3; MIB]);
    let mut buffer = BytesMut::with_capacity(frame.len());
    let start = buffer.as_ptr();
    let mut codec = server();
    // As `Framed` does: it reads into the buffer, asks, and reads on.
    for piece in frame[..frame.len() - 1].chunks(50_000) {
        buffer.extend_from_slice(piece);
        assert!(codec.decode(&mut buffer).unwrap().is_none());
        assert_eq!(buffer.as_ptr(), start, "the buffer stays where it is");
    }
    buffer.extend_from_slice(&frame[frame.len() - 1..]);
    let message = codec.decode(&mut buffer).unwrap().unwrap();
    assert_eq!(message.frame().as_ptr(), start);
    assert_eq!(message.body().len(), MIB);

    let body = message.share_body();
    let mut output = Output::new();
    let mut mutation = Mutation::new();
    mutation.set_request_id(8.into());
    let changed = Outgoing::changed(message, mutation);
    changed.append_to(codec.codec(), &mut output).unwrap();
    output.advance(output.chunk().len());
    assert_eq!(
        output.chunk().as_ptr(),
        body.as_ptr(),
        "nor is it to write it"
    );
}

#[test]
fn what_is_left_of_the_stream_is_in_the_buffer() {
    let first = call(REQUEST, 1, "upgrade", b"");
    let mut buffer = BytesMut::from(&[&first[..], b"\xCA\x01 some"].concat()[..]);
    let mut codec = server();
    assert!(codec.decode(&mut buffer).unwrap().is_some());
    assert!(codec.decode(&mut buffer).unwrap().is_none());
    assert_eq!(buffer, &b"\xCA\x01 some"[..]);
}

#[test]
fn every_kind_of_message_is_written_as_the_codec_writes_it() {
    let frame = call(REQUEST, 7, "get", b"key");
    let request = one(&frame);
    assert_eq!(written(request.clone()).unwrap(), frame);
    assert_eq!(written(frame.clone()).unwrap(), frame);
    assert_eq!(written(Bytes::from(frame.clone())).unwrap(), frame);
    let mut pieces = Output::new();
    pieces.push_shared(request.share_frame());
    assert_eq!(written(pieces).unwrap(), frame);

    let refused = written(Outgoing::error_reply(
        request,
        ErrorType::OverLimit,
        "slow down",
    ));
    let refused = Call::read_frame(&refused.unwrap()).unwrap();
    assert_eq!((refused.kind, refused.id, refused.status), (3, 7, 1));
    let one_way = one(&call(ONE_WAY, 7, "get", b""));
    let nothing = written(Outgoing::error_reply(one_way, ErrorType::OverLimit, ""));
    assert!(nothing.unwrap().is_empty());

    let pong = written(Outgoing::HeartbeatReply(one(&call(PING, 4, "", b""))));
    let pong = Call::read_frame(&pong.unwrap()).unwrap();
    assert_eq!((pong.kind, pong.id), (5, 4));
    assert!(written(Outgoing::GoAway).unwrap().is_empty());
}

#[test]
fn what_cannot_be_written_leaves_the_buffer_and_the_stream() {
    let mut codec = server();
    let mut buffer = BytesMut::from(&b"before"[..]);
    let request = one(&call(REQUEST, 7, "get", b""));
    let impossible = Outgoing::changed(request.clone(), Mutation::new().set("colour", "red"));
    let error = codec.encode(impossible, &mut buffer).unwrap_err();
    assert_eq!(
        error.to_string(),
        "byte 0, field mutation: key \"colour\" cannot be set"
    );
    codec.encode(request.clone().into(), &mut buffer).unwrap();
    assert_eq!(buffer, [b"before", request.frame()].concat());
}
