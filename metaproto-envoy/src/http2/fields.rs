//! The fields of a header block, in one buffer that is used again for the next block.

/// A list of fields, in order. Names that begin with a colon come first.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// Names and values, one behind the other.
    text: Vec<u8>,
    spans: Vec<Span>,
    /// The size of all, as RFC 9113 section 6.5.2 counts it, bytes.
    size: usize,
    is_over: bool,
}

/// Where a field ends in the text; it begins where the one before it ends.
#[derive(Clone, Copy, Debug)]
struct Span {
    name_end: usize,
    value_end: usize,
}

/// The largest list of fields that is taken, counted as RFC 9113 section 6.5.2 says, bytes.
pub(crate) const MAX_SIZE: usize = 65_536;

/// What each field counts beside its bytes, RFC 9113 section 6.5.2 and RFC 7541 section 4.1.
pub(super) const OVERHEAD: usize = 32;

impl Fields {
    /// The fields, names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut start = 0;
        self.spans.iter().map(move |span| {
            let name = self.text.get(start..span.name_end).unwrap_or_default();
            let value = self.text.get(span.name_end..span.value_end);
            start = span.value_end;
            (name, value.unwrap_or_default())
        })
    }

    /// The value of the first field of that name.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&[u8]> {
        let mut found = self.iter().filter(|(this, _)| *this == name);
        found.next().map(|(_, value)| value)
    }

    /// Whether names that begin with a colon come first, RFC 9113 section 8.3.
    pub(super) fn in_order(&self) -> bool {
        self.iter()
            .map(|(name, _)| name.first() == Some(&b':'))
            .is_sorted_by(|this, next| *this || !*next)
    }

    /// Whether there were more than [`MAX_SIZE`] bytes; those beyond are not here.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.size = 0;
        self.is_over = false;
    }

    /// Appends a copy.
    pub(super) fn push(&mut self, name: &[u8], value: &[u8]) {
        if self.is_over {
            return;
        }
        let mut draft = self.draft();
        draft.text().extend_from_slice(name);
        draft.end_name();
        draft.text().extend_from_slice(value);
        draft.finish();
    }

    /// Begins a field that is appended piece by piece.
    pub(super) fn draft(&mut self) -> Draft<'_> {
        let start = self.text.len();
        Draft {
            fields: self,
            start,
            name_end: start,
        }
    }
}

/// A field that is being appended; without [`finish`](Self::finish) its bytes are in no field.
pub(super) struct Draft<'a> {
    fields: &'a mut Fields,
    start: usize,
    name_end: usize,
}

impl Draft<'_> {
    /// Where the name, and once that is ended the value, is to be appended.
    pub(super) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.fields.text
    }

    pub(super) fn end_name(&mut self) {
        self.name_end = self.fields.text.len();
    }

    /// Name and value as far as they were appended.
    pub(super) fn field(&self) -> (&[u8], &[u8]) {
        let text = &self.fields.text;
        let name = text.get(self.start..self.name_end).unwrap_or_default();
        (name, text.get(self.name_end..).unwrap_or_default())
    }

    /// Takes the field in, if it still fits.
    pub(super) fn finish(self) {
        let fields = self.fields;
        let value_end = fields.text.len();
        fields.size += value_end - self.start + OVERHEAD;
        fields.is_over |= fields.size > MAX_SIZE;
        if fields.is_over {
            fields.text.truncate(self.start);
        } else {
            fields.spans.push(Span {
                name_end: self.name_end,
                value_end,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_kept_in_order() {
        let mut fields = Fields::default();
        fields.push(b":path", b"/");
        fields.push(b"", b"");
        fields.push(b"k", b"v");
        fields.push(b"k", b"w");
        let expected: [(&[u8], &[u8]); 4] =
            [(b":path", b"/"), (b"", b""), (b"k", b"v"), (b"k", b"w")];
        assert!(fields.iter().eq(expected));
        assert_eq!(
            (fields.get(b"k"), fields.get(b"l")),
            (Some(&b"v"[..]), None)
        );
        assert!(fields.in_order());
        fields.push(b":late", b"");
        assert!(!fields.in_order());
        fields.clear();
        assert_eq!(fields.iter().count(), 0);
    }

    /// 32 bytes count for each field, and nothing of what is too much is kept.
    #[test]
    fn the_size_is_bounded() {
        let mut fields = Fields::default();
        fields.push(b"k", &vec![0; MAX_SIZE - 33]);
        assert!(!fields.is_over());
        let len = fields.text.len();
        fields.draft().finish();
        assert!(fields.is_over());
        for _ in 0..3 {
            let mut draft = fields.draft();
            draft.text().extend_from_slice(b"more");
            draft.finish();
            fields.push(b"k", b"v");
        }
        assert_eq!((fields.iter().count(), fields.text.len()), (1, len));
    }
}
