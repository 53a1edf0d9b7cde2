//! What must hold of every header whatever bytes it is given, for tests and for a fuzzer.

use std::fmt::Debug;

use bytes::Bytes;
use metaproto_codec::{
    CodecError, Direction, Fault, Header, HeaderCodec, Limits, Metadata, Next, OwnedHeader, Parsed,
    Read, Session,
    wire::{Cursor, Stop},
};

use crate::amqp::AmqpFrame;
use crate::awesomerpc::AwesomeHeader;
use crate::bolt::BoltHeader;
use crate::brpc::BrpcHeader;
use crate::cassandra::CassandraHeader;
use crate::dubbo::DubboHeader;
use crate::kafka::{KafkaRequest, KafkaResponse};
use crate::memcached::MemcachedHeader;
use crate::mongodb::OpMsg;
use crate::mqtt::{ConnectPacket, MqttPacket};
use crate::mysql::MysqlPacket;
use crate::postgres::{PostgresMessage, StartupMessage};
use crate::theader::THeaderMessage;
use crate::thrift::ThriftMessage;
use crate::trpc::TrpcHeader;
use crate::websocket::WebsocketFrame;

/// All headers.
pub const SUBJECTS: &[Subject] = &[
    Subject::of::<AmqpFrame>("amqp"),
    Subject::of::<AwesomeHeader>("awesomerpc"),
    Subject::of::<BoltHeader>("bolt"),
    Subject::of::<BrpcHeader>("brpc"),
    Subject::of::<CassandraHeader>("cassandra"),
    Subject::of::<DubboHeader>("dubbo"),
    Subject::of::<KafkaRequest>("kafka"),
    Subject::of::<KafkaResponse>("kafka"),
    Subject::of::<MemcachedHeader>("memcached"),
    Subject::of::<OpMsg>("mongodb"),
    Subject::of::<MqttPacket>("mqtt"),
    Subject::of::<ConnectPacket>("mqtt"),
    Subject::of::<MysqlPacket>("mysql"),
    Subject::of::<PostgresMessage>("postgres"),
    Subject::of::<StartupMessage>("postgres"),
    Subject::of::<THeaderMessage>("theader"),
    Subject::of::<ThriftMessage>("thrift"),
    Subject::of::<TrpcHeader>("trpc"),
    Subject::of::<WebsocketFrame>("websocket"),
];

/// A header, whatever its type.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The protocol, by the name of its folder of golden messages.
    pub protocol: &'static str,
    /// Reads a message, if the bytes start with one, and drops it: nothing else is done, so that memory can be measured.
    pub read: fn(&Bytes),
    /// Reads the bytes whole, cut and extended.
    ///
    /// Panics if an answer is not fair: a message that the bytes do not hold, or that is written otherwise than it was
    /// read, or read otherwise than at leisure; a wait for less than a message or more than the largest; an error that more
    /// bytes would change.
    pub read_fairly: fn(&[u8]),
    /// Runs the bytes through a [`Session`] in chunks of so many bytes, in both directions.
    ///
    /// Panics if there are other messages in them than at once, or another end.
    pub cut_in_chunks: fn(&[u8], usize),
}

impl Subject {
    const fn of<H: OwnedHeader + PartialEq + Debug>(protocol: &'static str) -> Self {
        Self {
            protocol,
            read: read::<H>,
            read_fairly: read_fairly::<H>,
            cut_in_chunks: cut_in_chunks::<H>,
        }
    }
}

fn read<H: OwnedHeader>(bytes: &Bytes) {
    if let Ok(Parsed::Done { view, .. }) = H::parse(bytes) {
        let _ = std::hint::black_box(H::from_view(&view, Some(bytes)));
    }
}

/// What more bytes could be.
const MORE: [u8; 3] = [0, 1, 0xFF];

fn read_fairly<H: OwnedHeader + PartialEq + Debug>(bytes: &[u8]) {
    agrees::<H>(bytes);
    let extended = |by: usize| MORE.map(|byte| [bytes, &vec![byte; by]].concat());
    match H::parse(bytes) {
        Ok(Parsed::Done { view, sizes }) => {
            let length = sizes.frame();
            assert!(
                (1..=bytes.len()).contains(&length),
                "a message of {length} bytes"
            );
            let message = &bytes[..length];
            for cut in cuts(length) {
                let missing = length - cut;
                match H::parse(&message[..cut]) {
                    Ok(Parsed::Wait { at_least }) if (1..=missing).contains(&at_least) => {}
                    other => panic!("{missing} bytes are missing: {}", shown::<H>(other)),
                }
            }
            match H::from_view(&view, None) {
                Ok(header) => {
                    is_written::<H>(&header, &message[sizes.header..sizes.header + sizes.body]);
                }
                // A property that is not text is no reason to refuse the message.
                Err(error) => assert_eq!(*error.fault(), Fault::Utf8, "{error}"),
            }
        }
        Ok(Parsed::Wait { at_least }) => {
            let most = H::MAX_FRAME.saturating_sub(bytes.len());
            assert!(
                (1..=most).contains(&at_least),
                "waits for {at_least} bytes, at most {most} can come"
            );
            let fewer = at_least.saturating_sub(1).min(20);
            for more in extended(fewer) {
                match H::parse(&more) {
                    Ok(Parsed::Wait { at_least: left }) if left >= at_least - fewer => {}
                    Err(_) => {}
                    other => panic!("{fewer} of {at_least} bytes came: {}", shown::<H>(other)),
                }
            }
        }
        Err(error) => {
            for more in extended(1).into_iter().chain(extended(20)) {
                match H::parse(&more) {
                    Err(same) if same == error => {}
                    other => panic!("{error}; with more bytes {}", shown::<H>(other)),
                }
            }
            for cut in cuts(bytes.len()) {
                match H::parse(&bytes[..cut]) {
                    Ok(Parsed::Wait { .. }) => {}
                    Err(same) if same == error => {}
                    other => panic!("{error}; of {cut} bytes {}", shown::<H>(other)),
                }
            }
        }
    }
}

/// What is read quickly is what is read at leisure.
fn agrees<H: OwnedHeader>(bytes: &[u8]) {
    let Some((view, sizes)) = H::quick(bytes) else {
        return;
    };
    let mut cursor = Cursor::new(bytes, H::MIN_LEN);
    match H::check(&mut cursor).and_then(|view| Ok((view, cursor.finish()?))) {
        Ok(slow) => assert_eq!(format!("{slow:?}"), format!("{:?}", (view, sizes))),
        Err(Stop::Wait) => assert!(sizes.frame() > bytes.len(), "{sizes:?}"),
        Err(Stop::Fault(error)) => panic!("{error}, but quickly {view:?}"),
    }
}

/// Where to cut so many bytes: anywhere near their start and end, and in some places between.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let step = length / 32 + 1;
    (0..length).filter(move |cut| *cut < 48 || length - cut < 3 || cut % step == 0)
}

/// A header that was read can be written, and is then read as it was.
fn is_written<H: OwnedHeader + PartialEq + Debug>(header: &H, body: &[u8]) {
    let frame = header.to_frame(body);
    let frame = frame.unwrap_or_else(|error| panic!("{header:?} cannot be written: {error}"));
    let again = H::read_frame(&frame);
    let again =
        again.unwrap_or_else(|error| panic!("{header:?} is written as {frame:02x?}: {error}"));
    assert_eq!(
        again.to_frame(body).as_ref(),
        Ok(&frame),
        "from {header:?} to {again:?}"
    );
}

fn shown<'a, H: Header + Read<'a>>(parsed: Result<Parsed<H::View>, CodecError>) -> String {
    match parsed {
        Ok(Parsed::Done { sizes, .. }) => format!("a message, {sizes:?}"),
        Ok(Parsed::Wait { at_least }) => format!("waits for {at_least} bytes"),
        Err(error) => format!("an error: {error}"),
    }
}

fn cut_in_chunks<H: OwnedHeader>(bytes: &[u8], chunk: usize) {
    for direction in [Direction::ClientToServer, Direction::ServerToClient] {
        let whole = run::<H>(bytes, bytes.len(), direction);
        assert_eq!(
            run::<H>(bytes, chunk, direction),
            whole,
            "{direction} in chunks of {chunk}"
        );
    }
}

/// Each message with its place, and how the stream ended.
fn run<H: OwnedHeader>(
    bytes: &[u8],
    chunk: usize,
    direction: Direction,
) -> (Vec<(u64, String)>, Result<(), CodecError>) {
    let limits = Limits {
        max_frame: usize::MAX,
    };
    let mut session = Session::new(HeaderCodec::<H>::new(), direction, limits);
    let mut metadata = Metadata::default();
    let mut messages = Vec::new();
    for piece in bytes.chunks(chunk.max(1)) {
        session.receive(piece);
        loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { offset }) => messages.push((offset, format!("{metadata:?}"))),
                Ok(Next::Wait { .. }) => break,
                Err(error) => return (messages, Err(error)),
            }
        }
    }
    (messages, session.finish())
}
