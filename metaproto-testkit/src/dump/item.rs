//! What a dump reports.

use metaproto_codec::{CodecError, IdSpace, Metadata};

use super::Fields;

/// One thing that a dump reports: a message, or how the bytes end.
#[derive(Debug)]
pub enum Item<'a> {
    /// A whole message.
    Message {
        /// Bytes before the message.
        offset: u64,
        /// What the decoder says of it.
        metadata: &'a Metadata,
        /// How the protocol's ids look.
        id_space: IdSpace,
        /// The header's fields, named.
        fields: Fields,
    },
    /// What follows the last message.
    End(&'a End),
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
