//! The protocols, and by which ports and bytes each is known.

use awesomerpc::{AwesomeHeader, AwesomeRpc};
use brpc::{BrpcHeader, BrpcRpc};
use dubbo::{Dubbo, DubboHeader};
use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{CodecError, Header, Metadata, Part, Read};
use metaproto_testkit::dump::{Fields, Layout, Protocol, Subject};
use thrift::{MessageBegin, THeaderFrame, Thrift};
use trpc::{TrpcHeader, TrpcRpc};

/// In the order in which they are tried: what has a magic number comes first. What has none is known by that its codec can
/// make a message of the first bytes.
pub(crate) const PROTOCOLS: &[Protocol] = &[
    Protocol::new("dubbo", || {
        Subject::of_header::<DubboHeader>(Box::new(Dubbo::new()))
    })
    .known_by(|bytes| is_magic(&[0xDA, 0xBB], bytes))
    .on_ports(&[20880]),
    Protocol::new("brpc", || {
        Subject::of_header::<BrpcHeader>(Box::new(BrpcRpc))
    })
    .known_by(|bytes| is_magic(b"PRPC", bytes) || is_magic(b"STRM", bytes)),
    Protocol::new("trpc", || {
        Subject::of_header::<TrpcHeader>(Box::new(TrpcRpc))
    })
    .known_by(|bytes| is_magic(&[0x09, 0x30], bytes)),
    // A transport without a magic number holds a message with one, unless that is old.
    Protocol::new("thrift", || {
        Subject::new(Box::new(Thrift::new()), thrift_fields).with_layout(thrift_layout)
    })
    .on_ports(&[9090]),
    // There is no magic number, but not every length is legal.
    Protocol::new("awesomerpc", || {
        Subject::of_header::<AwesomeHeader>(Box::new(AwesomeRpc::default()))
    }),
];

/// Whether `bytes` start with `magic`, or are its start.
fn is_magic(magic: &[u8], bytes: &[u8]) -> bool {
    bytes
        .iter()
        .zip(magic)
        .all(|(byte, expected)| byte == expected)
}

/// The fields of THeader, or of the beginning of a message in a transport that has no header.
fn thrift_fields(message: &Metadata) -> Result<Fields, CodecError> {
    if is_theader(message.frame()) {
        return Ok(THeaderFrame::read_frame(message.frame())?.fields());
    }
    Ok(begin(message.frame()).map_or(Fields::new(), |(_, begin)| begin.fields()))
}

/// Where that header lies.
fn thrift_layout(message: &Metadata) -> Option<Layout> {
    if is_theader(message.frame()) {
        return Some(Layout {
            start: 0,
            schema: THeaderFrame::SCHEMA,
        });
    }
    let (start, _) = begin(message.frame())?;
    Some(Layout {
        start,
        schema: MessageBegin::SCHEMA,
    })
}

fn is_theader(frame: &[u8]) -> bool {
    frame.len() >= 6 && is_magic(&[0x0F, 0xFF], frame.get(4..).unwrap_or_default())
}

/// The beginning of a message without THeader, and the bytes before it.
fn begin(frame: &[u8]) -> Option<(usize, MessageBegin<'_>)> {
    let begin = |at: usize| {
        let begin = MessageBegin::read(&mut Cursor::new(frame.get(at..).unwrap_or_default(), 1));
        begin.map(|begin| (at, begin))
    };
    // What begins with the length of a frame does not begin with a message.
    begin(0).or_else(|_: Stop| begin(4)).ok()
}
