//! What a dump reports.

use metaproto_codec::{CodecError, IdSpace, Metadata};

use super::{Fields, Layout};
use crate::hexdump::{self, Names};

/// One thing that a dump reports of a stream.
#[derive(Debug)]
pub enum Item<'a> {
    /// A whole message.
    Message(Message<'a>),
    /// Bytes that a capture lacks.
    Gap(Gap),
    /// A packet with other bytes than an earlier one at the same place. The earlier one stands.
    Conflict {
        /// The first byte that differs, from the start of the stream.
        offset: u64,
        /// The later packet.
        packet: usize,
    },
    /// What follows the last message.
    End(&'a End),
}

/// A whole message.
#[derive(Debug)]
pub struct Message<'a> {
    /// Bytes before the message.
    pub offset: u64,
    /// What the decoder says of it.
    pub metadata: &'a Metadata,
    /// How the protocol's ids look.
    pub id_space: IdSpace,
    /// The header's fields, named.
    pub fields: Fields,
    /// How its bytes are named.
    pub layout: Option<Layout>,
}

/// Bytes that a capture lacks, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Bytes of the stream before it.
    pub offset: u64,
    /// How many bytes are missing at least.
    pub missing: u64,
    /// Bytes before it that are the start of a message.
    pub before: u64,
    /// Bytes behind it that are the end of that message, as far as its length is known. What follows is decoded again; whether
    /// a message starts there, is a guess.
    pub behind: u64,
}

/// How the bytes end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With a whole message, or there were none.
    Clean,
    /// In the middle of a message.
    Wait {
        /// Bytes after the last whole message.
        buffered: usize,
        /// Additional bytes without which no progress is possible.
        at_least: usize,
    },
    /// With bytes that can never become a message, or that a limit refuses.
    Error {
        /// Bytes of the stream before the fault.
        offset: u64,
        /// The fault.
        error: CodecError,
    },
}

impl Message<'_> {
    /// Names of its bytes: by the layout, and where that says nothing, header and body.
    pub(super) fn names(&self) -> Names {
        let mut names = Names::new();
        let frame = self.metadata.frame();
        if let Some(Layout { start, schema }) = self.layout {
            let header = frame.get(start..).unwrap_or_default();
            let direction = self.metadata.direction();
            if start > 0 {
                names.push((0..start.min(frame.len()), "frame".to_owned()));
            }
            hexdump::of_schema(&schema, direction, header, start, &mut names);
        }
        let header = self.metadata.header_size().min(frame.len());
        // What a schema takes for the body may start with more of a header.
        if names
            .last()
            .is_some_and(|(bytes, name)| name == "body" && bytes.start < header)
        {
            names.pop();
        }
        let named = names.last().map_or(0, |(range, _)| range.end);
        let rest = [
            (named..header, "header"),
            (named.max(header)..frame.len(), "body"),
        ];
        for (range, name) in rest {
            if range.start < range.end {
                names.push((range, name.to_owned()));
            }
        }
        names
    }
}

impl Item<'_> {
    /// What it adds to the exit status of the dump: the highest one counts.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Message(_) => 0,
            Self::Gap(_) | Self::Conflict { .. } => 6,
            Self::End(end) => end.exit_status(),
        }
    }
}

impl End {
    /// With what a session says of the stream.
    pub(super) fn of(error: CodecError) -> Self {
        Self::Error {
            offset: error.offset(),
            error,
        }
    }

    /// 0 for a clean end, 3 for bytes that are missing, 4 for a malformed message, 5 for a limit.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Wait { .. } => 3,
            Self::Error { error, .. } if error.is_limit() => 5,
            Self::Error { .. } => 4,
        }
    }
}
