//! Lines for a human, in no fixed format.

use std::fmt::Write as _;

use super::json::{field_to_json, id_to_json};
use super::{End, Item};

/// Body bytes that are shown.
const BODY_SHOWN: usize = 64;

impl Item<'_> {
    /// Lines for a human.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        match self {
            Self::Message {
                offset,
                metadata,
                id_space,
                fields,
            } => {
                write!(
                    out,
                    "{} at byte {offset}, {} bytes",
                    metadata.kind(),
                    metadata.frame().len()
                )?;
                if let Some(id) = metadata.request_id() {
                    write!(out, ", id {}", id_to_json(&id, *id_space))?;
                }
                if let Some(status) = metadata.status() {
                    write!(out, ", {}", status.as_str())?;
                }
                if let Some(operation) = metadata.operation() {
                    write!(out, ", operation {operation}")?;
                }
                writeln!(out)?;
                writeln!(out, "  header, {} bytes", metadata.header_size())?;
                for (name, value) in fields {
                    writeln!(out, "    {name}: {}", field_to_json(value))?;
                }
                for (index, (key, value)) in metadata.properties().enumerate() {
                    if index == 0 {
                        writeln!(out, "  metadata")?;
                    }
                    writeln!(out, "    {key}: {:?}", value.to_string())?;
                }
                writeln!(out, "  body, {} bytes", metadata.body_size())?;
                let body = metadata.body();
                hexdump(out, &body[..body.len().min(BODY_SHOWN)])?;
                if body.len() > BODY_SHOWN {
                    writeln!(out, "    ... {} more", body.len() - BODY_SHOWN)?;
                }
                writeln!(out)
            }
            Self::End(End::Clean) => writeln!(out, "end: clean"),
            Self::End(End::Wait { buffered, at_least }) => {
                writeln!(
                    out,
                    "end: in a message, {buffered} bytes of it are there, at least {at_least} are missing"
                )
            }
            Self::End(End::Error { offset, error }) => {
                let what = if error.is_limit() { "limit" } else { "error" };
                writeln!(
                    out,
                    "end: {what} at byte {offset}, field {}: {}",
                    error.field(),
                    error.fault()
                )
            }
        }
    }
}

fn hexdump(out: &mut String, bytes: &[u8]) -> std::fmt::Result {
    for (index, row) in bytes.chunks(16).enumerate() {
        write!(out, "    {:06x} ", index * 16)?;
        for byte in row {
            write!(out, " {byte:02x}")?;
        }
        let printable = |byte: &u8| {
            if byte.is_ascii_graphic() || *byte == b' ' {
                char::from(*byte)
            } else {
                '.'
            }
        };
        writeln!(
            out,
            "{}  {}",
            "   ".repeat(16 - row.len()),
            row.iter().map(printable).collect::<String>()
        )?;
    }
    Ok(())
}
