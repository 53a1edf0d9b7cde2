//! Describes the messages in captured bytes, for the command line of any protocol.
//!
//! A [`Subject`] is what a protocol gives for it: a codec, and how the fields of its headers are named. [`run`] writes the
//! whole output for one stream, as text for humans or as one JSON object for each line; [`dump`] reports [`Item`]s. What is
//! said does not depend on how the bytes are cut.
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
//!
//! [`explore`] takes any [`Input`], packet captures included, and tells the [`Protocol`] of each connection; what it reports
//! becomes lines by a [`Writer`] and a page for a browser by a [`Page`]. All of it together, with a command line, is the
//! module `explorer`, behind the feature `explorer`.

mod explore;
#[cfg(feature = "explorer")]
pub mod explorer;
mod hex;
mod input;
mod item;
mod json;
mod page;
mod protocol;
mod rows;
mod subject;
mod text;
mod walk;
mod writer;

use std::io::{self, Write};

use metaproto_codec::Direction;

pub use self::explore::{Event, ExploreError, Peers, Place, Plan, explore};
pub use self::input::{Format, Input, InputError, MAX_HEX_TEXT};
pub use self::item::{End, Gap, Item, Message};
pub use self::page::{MAX_PAGE_BYTES, MAX_PAGE_MESSAGES, Page};
pub use self::protocol::Protocol;
pub use self::subject::{Fields, Layout, Subject};
use self::walk::Walk;
pub use self::writer::{Style, Writer};

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
    let style = if options.json {
        Style::JSON
    } else {
        Style::TEXT
    };
    let place = Place {
        connection: None,
        direction: options.direction,
    };
    let mut writer = Writer::new(&mut *out, style);
    let result = dump(subject, bytes, options, |item| {
        writer.event(&Event::Item(place, item))
    });
    match result.and_then(|end| writer.flush().map(|()| end)) {
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
    let mut walk = Walk::new(subject, options.direction);
    let chunk = match options.chunk {
        0 => bytes.len().max(1),
        chunk => chunk,
    };
    for chunk in bytes.chunks(chunk) {
        walk.receive(chunk, &mut report)?;
        if walk.is_over() {
            break;
        }
    }
    walk.finish(&mut report)
}
