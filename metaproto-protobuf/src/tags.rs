//! Maps of the peer's own names, as properties.

use std::ops::Range;

use metaproto_codec::{CodecError, Fault, FieldPath, Metadata};

use crate::Message;

/// The most entries that a map may have.
const ENTRIES_MAX: usize = 4096;

/// Records the entries of a map as properties that the peer named.
///
/// One whose key or value is not UTF-8, or whose key has control
/// characters, is not exposed and stays in the message; an empty key is a key like any other.
#[derive(Debug)]
pub struct Tags {
    name: &'static str,
    count: usize,
}

impl Tags {
    /// No entries yet; errors call the map `name`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, count: 0 }
    }

    /// Records the entry that lies at `entry`, a field's [`Value::Bytes`](crate::Value::Bytes).
    ///
    /// # Errors
    ///
    /// As [`Message::entry`], and [`Fault::AboveMaximum`] for more than 4096 entries.
    pub fn record(
        &mut self,
        message: &Message<'_>,
        entry: Range<usize>,
        metadata: &mut Metadata,
    ) -> Result<(), CodecError> {
        self.count += 1;
        if self.count > ENTRIES_MAX {
            let (found, max) = (self.count as u128, ENTRIES_MAX);
            let fault = Fault::AboveMaximum { found, max };
            return Err(CodecError::new(
                entry.start,
                FieldPath::new(self.name),
                fault,
            ));
        }
        let (key, value) = message.entry(entry)?;
        let name = str::from_utf8(message.bytes(key.clone()));
        if name.is_ok_and(is_name) && message.is_text(&value) {
            metadata.peer_property(key, value);
        }
        Ok(())
    }
}

/// Whether a key can name a property. Names go into routes, logs and statistics.
pub(crate) fn is_name(key: &str) -> bool {
    !key.bytes().any(|byte| byte.is_ascii_control())
}
