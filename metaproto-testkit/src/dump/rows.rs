//! Which bytes of a message are shown, and what is said of its fields, for text and pages alike.

use metaproto_codec::FieldValue;

use super::Message;
use super::json::field_to_json;
use crate::hexdump::{self, ROW};
use crate::report::DumpRow;
use crate::visible::one_line;

/// Bytes of a header that are shown where there are more.
const HEADER_SHOWN: usize = 256;
/// Bytes of a body that are shown where there are more.
const BODY_SHOWN: usize = 64;
/// Characters of a value that are shown where there are more.
const VALUE_SHOWN: usize = 200;
/// Rows of a table that are shown where there are more.
const TABLE_SHOWN: usize = 100;

/// Names and values.
pub(super) struct Table {
    /// Each a name and a value, fit for one line.
    pub(super) rows: Vec<(String, String)>,
    /// How many more there are.
    pub(super) left_out: usize,
}

impl Table {
    fn new<N: AsRef<str>>(all: impl Iterator<Item = (N, String)>, full: bool) -> Self {
        let mut table = Self {
            rows: Vec::new(),
            left_out: 0,
        };
        for (name, value) in all {
            if table.rows.len() >= TABLE_SHOWN && !full {
                table.left_out += 1;
                continue;
            }
            let value = one_line(&value);
            let name = shorten(&one_line(name.as_ref()), full);
            table.rows.push((name, shorten(&value, full)));
        }
        table
    }
}

fn shorten(value: &str, full: bool) -> String {
    match value.char_indices().nth(VALUE_SHOWN) {
        Some((end, _)) if !full => format!("{}\u{2026}", value.get(..end).unwrap_or_default()),
        _ => value.to_owned(),
    }
}

impl Message<'_> {
    /// `request at byte 0, 18 bytes, id 1, ..`.
    pub(super) fn facts(&self) -> Vec<String> {
        let metadata = self.metadata;
        let mut facts = vec![
            format!("{} at byte {}", metadata.kind(), self.offset),
            format!("{} bytes", metadata.frame().len()),
        ];
        if let Some(id) = metadata.request_id() {
            facts.push(format!(
                "id {}",
                super::json::id_to_json(&id, self.id_space)
            ));
        }
        if let Some(stream) = metadata.stream_id() {
            facts.push(format!("stream {stream}"));
        }
        if let Some(operation) = metadata.operation() {
            let operation = shorten(&one_line(&operation.to_string()), false);
            facts.push(format!("operation {operation}"));
        }
        if let Some(status) = metadata.status() {
            facts.push(status.as_str().to_owned());
        }
        facts
    }

    /// The rows of the hexdump, and how many bytes are left out behind them.
    pub(super) fn dump(&self, full: bool) -> (Vec<DumpRow>, usize) {
        let frame = self.metadata.frame();
        let header = self.metadata.header_size().min(HEADER_SHOWN);
        let shown = if full {
            usize::MAX
        } else {
            header + BODY_SHOWN
        };
        // Whole rows are shown, and no row is left out that is the last.
        let rows = frame.len().div_ceil(ROW);
        let rows = rows.min(shown.div_ceil(ROW).saturating_add(1));
        let rows = hexdump::rows(frame, &self.names(), 0..rows, &[], &(0..0));
        let ends = rows.last().map_or(0, |row| row.offset + row.bytes.len());
        (rows, frame.len() - ends)
    }

    /// The fields of the header; those of nested headers one by one.
    pub(super) fn field_table(&self, full: bool) -> Table {
        let mut flat = Vec::new();
        for (name, value) in &self.fields {
            flatten((*name).to_owned(), value, &mut flat);
        }
        Table::new(flat.into_iter(), full)
    }

    /// What routes may rest on.
    pub(super) fn property_table(&self, full: bool) -> Table {
        let all = self.metadata.properties();
        Table::new(
            all.map(|(key, value)| (key, format!("{:?}", value.to_string()))),
            full,
        )
    }
}

fn flatten(name: String, value: &FieldValue, flat: &mut Vec<(String, String)>) {
    match value {
        FieldValue::Header(fields) => {
            for (part, value) in fields {
                flatten(format!("{name}.{part}"), value, flat);
            }
        }
        FieldValue::Absent => flat.push((name, "-".to_owned())),
        value => flat.push((name, field_to_json(value).to_string())),
    }
}
