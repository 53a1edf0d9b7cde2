//! Describes the messages in captured bytes, for the command line of any protocol.
//!
//! A [`Subject`] is what a protocol gives for it: a codec, and how the fields of its headers are named. [`run`] writes the
//! whole output, as text for humans or as one JSON object for each line; [`dump`] reports [`Item`]s. What is said does
//! not depend on how the bytes are cut.
//!
//! ```
//! use metaproto_codec::{Direction, Header, HeaderCodec, MIB};
//! use metaproto_testkit::dump::{Options, Subject, run};
//!
//! #[derive(Header, Clone, Debug)]
//! #[header(big_endian)]
//! struct PingHeader {
//!     #[header(request_id)]
//!     id: u32,
//!     #[header(frame_len, max = MIB)]
//!     length: u32,
//! }
//!
//! let subject = Subject::of_header::<PingHeader>(Box::new(HeaderCodec::<PingHeader>::new()));
//! let options = Options { direction: Direction::ClientToServer, json: true, chunk: 0 };
//! let mut out = Vec::new();
//! let end = run(subject, &[0, 0, 0, 7, 0, 0, 0, 8], options, &mut out)?;
//! assert_eq!(end.exit_status(), 0);
//! assert!(out.starts_with(br#"{"offset":0,"length":8,"kind":"request","request_id":7"#));
//! # Ok::<(), std::io::Error>(())
//! ```

mod item;
mod json;
mod read;
mod text;

use std::io::{self, Write};

use metaproto_codec::{
    Codec, CodecError, Direction, Fault, FieldValue, Limits, Metadata, Next, OwnedHeader, Session,
};

pub use self::item::{End, Item};
pub use self::read::read;

/// The fields of a header, named, outermost first.
pub type Fields = Vec<(&'static str, FieldValue)>;

/// The codec of a protocol, and how the fields of its headers are named.
pub struct Subject {
    codec: Box<dyn Codec>,
    fields: fn(&Metadata) -> Result<Fields, CodecError>,
}

impl Subject {
    /// A codec whose messages have the fields that `fields` says.
    #[must_use]
    pub fn new(codec: Box<dyn Codec>, fields: fn(&Metadata) -> Result<Fields, CodecError>) -> Self {
        Self { codec, fields }
    }

    /// A codec whose messages start with the header `H`, in both directions.
    #[must_use]
    pub fn of_header<H: OwnedHeader>(codec: Box<dyn Codec>) -> Self {
        Self::new(
            codec,
            |message| Ok(H::read_frame(message.frame())?.fields()),
        )
    }
}

/// How to dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where the bytes travelled.
    pub direction: Direction,
    /// One JSON object for each line instead of text for humans.
    pub json: bool,
    /// Feed this many bytes at a time; 0 feeds all at once.
    pub chunk: usize,
}

/// Writes what is to be said of `bytes` to `out`, and tells how they end. That whoever reads the output has seen enough
/// and closes it, as `head` does, is no error: the end is then [`End::Clean`].
///
/// # Errors
///
/// What the writer says.
pub fn run(
    subject: Subject,
    bytes: &[u8],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<End> {
    let result = dump(subject, bytes, options, |item| {
        if options.json {
            writeln!(out, "{}", item.to_json())
        } else {
            write!(out, "{}", item.to_text())
        }
    });
    match result.and_then(|end| out.flush().map(|()| end)) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(End::Clean),
        result => result,
    }
}

/// Decodes `bytes` and reports each message and the end, which it also returns.
///
/// # Errors
///
/// What `report` says.
pub fn dump(
    subject: Subject,
    bytes: &[u8],
    options: Options,
    mut report: impl FnMut(Item<'_>) -> io::Result<()>,
) -> io::Result<End> {
    let Subject { codec, fields } = subject;
    let id_space = codec.capabilities().request_id;
    let limits = Limits {
        max_frame: usize::MAX,
    };
    let mut session = Session::new(codec, options.direction, limits);
    let mut metadata = Metadata::new(options.direction);
    let chunk = match options.chunk {
        0 => bytes.len().max(1),
        chunk => chunk,
    };
    let mut fault = None;
    'feeding: for piece in bytes.chunks(chunk) {
        session.receive(piece);
        loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { offset }) => match fields(&metadata) {
                    Ok(fields) => report(Item::Message {
                        offset,
                        metadata: &metadata,
                        id_space,
                        fields,
                    })?,
                    Err(error) => {
                        fault = Some(End::Error {
                            offset: offset + error.offset(),
                            error,
                        });
                        break 'feeding;
                    }
                },
                Ok(Next::Wait { .. }) => break,
                Err(error) => {
                    fault = Some(End::of(error));
                    break 'feeding;
                }
            }
        }
    }
    let end = fault.unwrap_or_else(|| finish(&mut session));
    report(Item::End(&end))?;
    Ok(end)
}

/// How a stream ends that stops here.
fn finish(session: &mut Session<Box<dyn Codec>>) -> End {
    let buffered = session.buffered();
    match session.finish() {
        Ok(()) => End::Clean,
        Err(error) => match *error.fault() {
            Fault::Truncated { missing } => End::Wait {
                buffered,
                at_least: missing,
            },
            _ => End::of(error),
        },
    }
}
