//! Which bytes of a message are what.

use std::ops::Range;

use metaproto_codec::{Direction, Schema};

use crate::layout;

/// Runs of bytes and what they are called, in the order of their starts.
pub(crate) type Names = Vec<(Range<usize>, String)>;

/// The names by a schema, moved by `start`.
pub(crate) fn of_schema(
    schema: &Schema,
    direction: Direction,
    bytes: &[u8],
    start: usize,
    names: &mut Names,
) {
    for span in layout::read(schema, direction, bytes).spans {
        let bytes = span.bytes();
        let (first, end) = (start + bytes.start, start + bytes.end);
        // Fields that share their bytes share their place in the dump.
        match names.last_mut() {
            Some((range, name)) if range.contains(&first) && end <= range.end => {
                name.push(' ');
                name.push_str(&span.path);
            }
            _ => names.push((first..end, span.path)),
        }
    }
}
