//! What a host may change.

use metaproto_codec::{Change, CodecError, Fault, Mutation, RequestId, Result};

use crate::{Edit, Path};

/// Which properties of a message can be changed, and where they are.
///
/// ```
/// use metaproto_codec::Mutation;
/// use metaproto_protobuf::Changes;
///
/// let changes = Changes::refusing(&["service", "trace"]).text("trace", &[1, 7]).tags(&[9]);
/// let edits = |key| changes.edits(&Mutation::new().set(key, "x")).map(|edits| edits.len());
/// assert_eq!((edits("zone"), edits("Trace")), (Ok(1), Ok(1)));
/// assert_eq!(edits("Service").unwrap_err().fault().rule(), "cannot_set");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    own: &'static [&'static str],
    text: Option<(&'static str, Path)>,
    tags: Option<Path>,
    id: Option<Path>,
    writes_zero: bool,
}

impl Changes {
    /// No changes at all. `own` are the names of the codec's own properties, without regard to ASCII case.
    #[must_use]
    pub const fn refusing(own: &'static [&'static str]) -> Self {
        Self {
            own,
            text: None,
            tags: None,
            id: None,
            writes_zero: true,
        }
    }

    /// And the property `name`, which has a field of its own.
    #[must_use]
    pub const fn text(mut self, name: &'static str, path: Path) -> Self {
        self.text = Some((name, path));
        self
    }

    /// And all that are not the codec's own, in the map at `path`.
    #[must_use]
    pub const fn tags(mut self, path: Path) -> Self {
        self.tags = Some(path);
        self
    }

    /// And the request id, a number.
    #[must_use]
    pub const fn id(mut self, path: Path) -> Self {
        self.id = Some(path);
        self
    }

    /// And the request id, a number in proto3, which leaves zeros out.
    #[must_use]
    pub const fn id_of_proto3(mut self, path: Path) -> Self {
        self.writes_zero = false;
        self.id(path)
    }

    /// The edits that do what `mutation` says; to remove what has no place takes none.
    ///
    /// # Errors
    ///
    /// A change that cannot be made, by the fault that says which.
    pub fn edits<'m>(&self, mutation: &'m Mutation) -> Result<Vec<Edit<'m>>> {
        let mut edits = Vec::new();
        if let Some(id) = mutation.request_id() {
            edits.push(self.id_edit(id).map_err(in_mutation)?);
        }
        for (key, change) in mutation.changes() {
            edits.extend(self.edit(key, change).map_err(in_mutation)?);
        }
        Ok(edits)
    }

    fn id_edit<'m>(&self, id: &RequestId) -> Result<Edit<'m>, Fault> {
        let path = self.id.ok_or(Fault::RequestId)?;
        let id = id.number()?;
        let written = Some(id).filter(|id| *id != 0 || self.writes_zero);
        Ok(Edit::varint(path, written))
    }

    fn edit<'m>(&self, key: &'m str, change: Change<'m>) -> Result<Option<Edit<'m>>, Fault> {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        let is_own = self.own.iter().any(|own| is(own));
        match (self.text, self.tags, change) {
            (Some((name, path)), ..) if is(name) => {
                let value = change.value().map(str::as_bytes);
                Ok(Some(Edit::bytes(path, value)))
            }
            (_, Some(path), _) if !is_own => Edit::entry(path, key, change).map(Some),
            // What has no place is not there.
            (_, None, Change::Remove) if !is_own => Ok(None),
            _ => Err(change.refused(key)),
        }
    }
}

fn in_mutation(fault: Fault) -> CodecError {
    fault.at(0, "mutation")
}
