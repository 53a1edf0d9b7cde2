//! What a host wants changed in a message.

use crate::private::{Ending, remove_pair, set_pair};
use crate::wire::OwnedOctets;
use crate::{CodecError, Fault, Metadata, RequestId};

/// One change of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Give the property this value, adding it where the message has none.
    Set(&'a str),
    /// Take the property out of the message; a property that is not there needs no change.
    Remove,
}

/// The changes to make to one message: properties set and removed, and the ids of its request and its stream replaced.
///
/// Names are matched without regard to ASCII case; the last change of a name holds.
///
/// ```
/// use metaproto_codec::{Change, Mutation};
///
/// let mutation = Mutation::new().set("zone", "blue").remove("Debug");
/// assert_eq!(mutation.changes().collect::<Vec<_>>(), [("zone", Change::Set("blue")), ("Debug", Change::Remove)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutation {
    request_id: Option<RequestId>,
    stream_id: Option<u64>,
    changes: Vec<(String, Option<String>)>,
}

impl<'a> Change<'a> {
    /// The value to set, if it is not to be removed.
    #[must_use]
    pub const fn value(self) -> Option<&'a str> {
        match self {
            Self::Set(value) => Some(value),
            Self::Remove => None,
        }
    }

    /// Makes this change of the property `key` in a list of names and values of at most `max` bytes each. Names are matched
    /// without regard to ASCII case. One that is there keeps its spelling and its place; where it is repeated, one is left.
    ///
    /// ```
    /// use metaproto_codec::Change;
    ///
    /// let mut pairs = vec![("Zone".to_owned(), "red".to_owned())];
    /// Change::Set("blue").make("zone", &mut pairs, 64)?;
    /// Change::Set("1").make("retry", &mut pairs, 64)?;
    /// assert_eq!(pairs[0], ("Zone".to_owned(), "blue".to_owned()));
    /// Change::Remove.make("ZONE", &mut pairs, 64)?;
    /// assert_eq!(pairs, [("retry".to_owned(), "1".to_owned())]);
    /// assert!(Change::Set("1").make("two\nlines", &mut pairs, 64).is_err());
    /// # Ok::<(), metaproto_codec::Fault>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Fault::CannotHold`] where a name to be set is empty or has control characters, or it or the value is too long.
    pub fn make<K: OwnedOctets, V: OwnedOctets>(
        self,
        key: &str,
        pairs: &mut Vec<(K, V)>,
        max: usize,
    ) -> Result<(), Fault> {
        let end = Ending::Length;
        match self {
            Self::Set(value) => set_pair(pairs, (key, max, end), (value, max, end)),
            Self::Remove => remove_pair(pairs, key),
        }
    }

    /// Why a codec does not make this change of `key`: [`Fault::CannotSet`] or [`Fault::CannotRemove`].
    #[must_use]
    pub fn refused(self, key: &str) -> Fault {
        let key = key.into();
        match self {
            Self::Set(_) => Fault::CannotSet { key },
            Self::Remove => Fault::CannotRemove { key },
        }
    }
}

impl Mutation {
    /// No changes: a codec writes the very bytes that came in.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            request_id: None,
            stream_id: None,
            changes: Vec::new(),
        }
    }

    /// Sets the property `key` to `value`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.push(key.into(), Some(value.into()));
        self
    }

    /// Removes the property `key`.
    #[must_use]
    pub fn remove(mut self, key: impl Into<String>) -> Self {
        self.push(key.into(), None);
        self
    }

    /// Replaces the request id, for hosts that keep several connections' requests apart on one upstream connection.
    pub fn set_request_id(&mut self, id: RequestId) {
        self.request_id = Some(id);
    }

    /// The request id to write, if it is to be replaced.
    #[must_use]
    pub fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    /// Replaces the id of the stream, for hosts that keep several connections' streams apart on one upstream connection.
    /// Codecs of protocols with streams write it into every frame of a stream, if it fits.
    pub fn set_stream_id(&mut self, id: u64) {
        self.stream_id = Some(id);
    }

    /// The id of the stream to write, if it is to be replaced.
    #[must_use]
    pub fn stream_id(&self) -> Option<u64> {
        self.stream_id
    }

    /// For codecs that cannot replace the id of the stream of `message`: nothing where no other is asked for.
    ///
    /// # Errors
    ///
    /// [`Fault::StreamId`] where `message` would have to get another, or has none.
    pub fn check_stream_id(&self, message: &Metadata) -> Result<(), CodecError> {
        match self.stream_id {
            Some(id) if message.stream_id() != Some(id) => Err(Fault::StreamId.in_mutation()),
            _ => Ok(()),
        }
    }

    /// The changes of properties, in the order in which they were first named.
    pub fn changes(&self) -> impl Iterator<Item = (&str, Change<'_>)> {
        self.changes.iter().map(|(key, value)| {
            (
                key.as_str(),
                value.as_deref().map_or(Change::Remove, Change::Set),
            )
        })
    }

    /// Has `make` make the changes of properties, in the order in which they were first named.
    ///
    /// ```
    /// use metaproto_codec::{Fault, Mutation};
    ///
    /// let error = Mutation::new().set("zone", "blue").apply(|key, change| Err(change.refused(key)));
    /// assert_eq!(*error.unwrap_err().fault(), Fault::CannotSet { key: "zone".into() });
    /// ```
    ///
    /// # Errors
    ///
    /// Of the first that cannot be made, [in the mutation](Fault::in_mutation).
    pub fn apply(
        &self,
        mut make: impl FnMut(&str, Change<'_>) -> Result<(), Fault>,
    ) -> Result<(), CodecError> {
        self.changes()
            .try_for_each(|(key, change)| make(key, change).map_err(Fault::in_mutation))
    }

    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.request_id.is_none() && self.stream_id.is_none() && self.changes.is_empty()
    }

    fn push(&mut self, key: String, value: Option<String>) {
        match self
            .changes
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(&key))
        {
            Some(change) => *change = (key, value),
            None => self.changes.push((key, value)),
        }
    }
}
