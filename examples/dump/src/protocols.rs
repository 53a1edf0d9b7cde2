//! The protocols, and by which bytes each is known.

use awesomerpc::{AwesomeHeader, AwesomeRpc};
use brpc::{BrpcHeader, BrpcRpc};
use dubbo::{Dubbo, DubboHeader};
use metaproto_codec::wire::{Cursor, Stop};
use metaproto_codec::{Codec, CodecError, Header, Metadata, Part, Read};
use metaproto_testkit::dump::{Fields, Subject};
use thrift::{MessageBegin, THeaderFrame, Thrift};
use trpc::{TrpcHeader, TrpcRpc};

/// A protocol that can be dumped.
pub(crate) struct Protocol {
    /// The name on the command line.
    pub(crate) name: &'static str,
    /// What is dumped.
    pub(crate) subject: fn() -> Subject,
    /// Whether a stream that starts so is of this protocol.
    starts: fn(&[u8]) -> bool,
}

/// In the order in which they are tried: what has a magic number comes first.
pub(crate) const PROTOCOLS: &[Protocol] = &[
    Protocol {
        name: "dubbo",
        subject: || Subject::of_header::<DubboHeader>(Box::new(Dubbo::new())),
        starts: |bytes| is_magic(&[0xDA, 0xBB], bytes),
    },
    Protocol {
        name: "brpc",
        subject: || Subject::of_header::<BrpcHeader>(Box::new(BrpcRpc)),
        starts: |bytes| is_magic(b"PRPC", bytes) || is_magic(b"STRM", bytes),
    },
    Protocol {
        name: "trpc",
        subject: || Subject::of_header::<TrpcHeader>(Box::new(TrpcRpc)),
        starts: |bytes| is_magic(&[0x09, 0x30], bytes),
    },
    Protocol {
        name: "thrift",
        subject: || Subject::new(Box::new(Thrift::new()), thrift_fields),
        // A transport without a magic number holds a message with one, unless that is old.
        starts: |bytes| can_start(Thrift::new(), bytes),
    },
    Protocol {
        name: "awesomerpc",
        subject: || Subject::of_header::<AwesomeHeader>(Box::new(AwesomeRpc::default())),
        // There is no magic number, but not every length is legal.
        starts: |bytes| can_start(AwesomeRpc::default(), bytes),
    },
];

impl Protocol {
    /// The protocol of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PROTOCOLS.iter().find(|protocol| protocol.name == name)
    }

    /// The protocol of a stream that starts with `bytes`; any, if there are none.
    pub(crate) fn of(bytes: &[u8]) -> Option<&'static Self> {
        let mut protocols = PROTOCOLS.iter();
        protocols.find(|protocol| bytes.is_empty() || (protocol.starts)(bytes))
    }
}

/// Whether `bytes` start with `magic`, or are its start.
fn is_magic(magic: &[u8], bytes: &[u8]) -> bool {
    bytes
        .iter()
        .zip(magic)
        .all(|(byte, expected)| byte == expected)
}

/// Whether `bytes` are, or can become, a message of `codec`.
fn can_start(mut codec: impl Codec, bytes: &[u8]) -> bool {
    codec.decode(bytes, &mut Metadata::default()).is_ok()
}

/// The fields of THeader, or of the beginning of a message in a transport that has no header.
fn thrift_fields(message: &Metadata) -> Result<Fields, CodecError> {
    let frame = message.frame();
    if is_magic(&[0x0F, 0xFF], frame.get(4..).unwrap_or_default()) {
        return Ok(THeaderFrame::read_frame(frame)?.fields());
    }
    let begin =
        |at: usize| MessageBegin::read(&mut Cursor::new(frame.get(at..).unwrap_or_default(), 1));
    // What begins with the length of a frame does not begin with a message.
    match begin(0).or_else(|_: Stop| begin(4)) {
        Ok(begin) => Ok(begin.fields()),
        Err(_) => Ok(Fields::new()),
    }
}
