//! `dump`: describes the messages in captured bytes, for any header.
//!
//! The format of `--json` is stable and documented in `docs/dump.md`.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use metaproto_codec::{
    Codec, CodecError, Direction, Fault, FieldValue, HeaderCodec, IdSpace, Limits, Metadata, Next,
    OwnedHeader, RequestId, Session,
};
use serde_json::{Map, Value, json};

/// Body bytes that the human output shows.
const BODY_SHOWN: usize = 64;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The file; `-` reads stdin. It holds raw bytes, or hex text: a file with nothing but an even number of hex
    /// digits, white space, `0x` before digits, and comments from `#` to the end of the line is read as hex.
    file: PathBuf,
    /// One JSON object for each line instead of text for humans.
    #[arg(long)]
    json: bool,
    /// Feed this many bytes at a time; 0 feeds all at once. The output is the same.
    #[arg(long, default_value_t = 0)]
    chunk: usize,
    /// The direction in which the bytes travelled.
    #[arg(long, value_enum, default_value_t = Side::C2s)]
    direction: Side,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Side {
    /// From the client to the server.
    C2s,
    /// From the server to the client.
    S2c,
}

/// Reads the file and writes its messages to stdout. The exit status is that of [`End::exit_status`].
pub(crate) fn run<H: OwnedHeader>(options: &Options) -> anyhow::Result<ExitCode> {
    let bytes = read(&options.file)?;
    let direction = match options.direction {
        Side::C2s => Direction::ClientToServer,
        Side::S2c => Direction::ServerToClient,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let result = if options.json {
        dump::<H>(&bytes, direction, options.chunk, |item| {
            writeln!(out, "{}", item.to_json())
        })
    } else {
        dump::<H>(&bytes, direction, options.chunk, |item| {
            write!(out, "{}", item.to_text())
        })
    };
    let status = match result.and_then(|status| out.flush().map(|()| status)) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        other => other.context("cannot write")?,
    };
    Ok(ExitCode::from(status))
}

/// One thing that `dump` reports: a message, or how the bytes end.
pub(crate) enum Item<'a> {
    /// A whole message.
    Message {
        /// Bytes before the message.
        offset: u64,
        /// What the decoder says of it.
        metadata: &'a Metadata,
        /// The id, rendered with the sign that the protocol gives it.
        request_id: Option<Value>,
        /// The header's fields, named.
        fields: Vec<(&'static str, FieldValue)>,
    },
    /// What follows the last message.
    End(&'a End),
}

/// How the bytes end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
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
    /// 0 for a clean end, 3 for bytes that are missing, 4 for a malformed message, 5 for a limit.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Wait { .. } => 3,
            Self::Error { error, .. } if error.is_limit() => 5,
            Self::Error { .. } => 4,
        }
    }
}

/// Decodes `bytes`, fed `chunk` at a time (0: all at once), and reports each message and the end; returns the exit
/// status. What is reported does not depend on `chunk`.
pub(crate) fn dump<H: OwnedHeader>(
    bytes: &[u8],
    direction: Direction,
    chunk: usize,
    mut report: impl FnMut(Item<'_>) -> std::io::Result<()>,
) -> std::io::Result<u8> {
    let codec = HeaderCodec::<H>::default();
    let id_space = codec.capabilities().request_id;
    let mut session = Session::new(
        codec,
        direction,
        Limits {
            max_frame: usize::MAX,
        },
    );
    let mut metadata = Metadata::new(direction);
    let chunk = if chunk == 0 {
        bytes.len().max(1)
    } else {
        chunk
    };
    let mut end = End::Clean;
    'feeding: for piece in bytes.chunks(chunk) {
        session.receive(piece);
        loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { offset }) => match H::read_frame(metadata.frame()) {
                    Ok(header) => report(Item::Message {
                        offset,
                        metadata: &metadata,
                        request_id: metadata.request_id().map(|id| id_to_json(&id, id_space)),
                        fields: header.fields(),
                    })?,
                    Err(error) => {
                        end = End::Error {
                            offset: offset + error.offset(),
                            error,
                        };
                        break 'feeding;
                    }
                },
                Ok(Next::Wait { .. }) => break,
                Err(error) => {
                    end = End::Error {
                        offset: error.offset(),
                        error,
                    };
                    break 'feeding;
                }
            }
        }
    }
    if end == End::Clean && session.buffered() != 0 {
        end = unfinished(&mut session);
    }
    report(Item::End(&end))?;
    Ok(end.exit_status())
}

/// How a stream ends that stops within a message.
fn unfinished<C: Codec>(session: &mut Session<C>) -> End {
    let buffered = session.buffered();
    match session.finish() {
        Ok(()) => End::Clean,
        Err(error) => match *error.fault() {
            Fault::Truncated { missing } => End::Wait {
                buffered,
                at_least: missing,
            },
            _ => End::Error {
                offset: error.offset(),
                error,
            },
        },
    }
}

impl Item<'_> {
    /// The line of `--json`.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Message {
                offset,
                metadata,
                request_id,
                fields,
            } => {
                let mut line = Map::new();
                let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
                put("offset", json!(offset));
                put("length", json!(metadata.frame().len()));
                put("kind", json!(metadata.kind().as_str()));
                if let Some(id) = request_id {
                    put("request_id", id.clone());
                }
                if let Some(stream) = metadata.stream_id() {
                    put("stream_id", json!(stream));
                }
                if let Some(operation) = metadata.operation() {
                    put("operation", json!(operation.to_string()));
                }
                if let Some(status) = metadata.status() {
                    put("status", json!(status.as_str()));
                }
                put("header_size", json!(metadata.header_size()));
                put("body_size", json!(metadata.body_size()));
                let mut properties = Map::new();
                for (key, value) in metadata.properties() {
                    // The codec's own come first and win, as they do for a route.
                    properties
                        .entry(key)
                        .or_insert_with(|| json!(value.to_string()));
                }
                put("metadata", Value::Object(properties));
                put("fields", fields_to_json(fields));
                Value::Object(line)
            }
            Self::End(End::Clean) => json!({ "end": "clean" }),
            Self::End(End::Wait { buffered, at_least }) => {
                json!({ "end": "wait", "buffered": buffered, "at_least": at_least })
            }
            Self::End(End::Error { offset, error }) => json!({
                "end": if error.is_limit() { "limit" } else { "error" },
                "offset": offset,
                "field": error.field().to_string(),
                "rule": error.fault().rule(),
                "message": error.fault().to_string(),
            }),
        }
    }

    /// Lines for a human.
    pub(crate) fn to_text(&self) -> String {
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
                request_id,
                fields,
            } => {
                write!(
                    out,
                    "{} at byte {offset}, {} bytes",
                    metadata.kind(),
                    metadata.frame().len()
                )?;
                if let Some(id) = request_id {
                    write!(out, ", id {id}")?;
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

fn id_to_json(id: &RequestId, space: IdSpace) -> Value {
    match (id, space) {
        (
            RequestId::Number(bits),
            IdSpace::Number {
                bits: width @ 1..=64,
                signed: true,
            },
        ) => {
            let unused = 64 - width;
            json!((bits << unused).cast_signed() >> unused)
        }
        (RequestId::Number(number), _) => json!(number),
        (RequestId::Bytes(bytes), _) => json!(to_hex(bytes)),
    }
}

fn fields_to_json(fields: &[(&'static str, FieldValue)]) -> Value {
    Value::Object(
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), field_to_json(value)))
            .collect(),
    )
}

/// Numbers that JSON readers commonly cannot hold are text, and so are bytes (in hex).
fn field_to_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Bool(flag) => json!(flag),
        FieldValue::Unsigned(number) => {
            u64::try_from(*number).map_or_else(|_| json!(number.to_string()), Value::from)
        }
        FieldValue::Signed(number) => {
            i64::try_from(*number).map_or_else(|_| json!(number.to_string()), Value::from)
        }
        FieldValue::Float(number) if number.is_finite() => json!(number),
        FieldValue::Float(number) => json!(number.to_string()),
        FieldValue::Text(text) => json!(text),
        FieldValue::Bytes(bytes) => json!(to_hex(bytes)),
        FieldValue::List(values) => Value::Array(values.iter().map(field_to_json).collect()),
        FieldValue::Map(pairs) => Value::Array(
            pairs
                .iter()
                .map(|(key, value)| json!([field_to_json(key), field_to_json(value)]))
                .collect(),
        ),
        FieldValue::Header(fields) => fields_to_json(fields),
        other => json!(other.to_string()),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn read(file: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .context("cannot read stdin")?;
        bytes
    } else {
        std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?
    };
    Ok(parse_hex(&bytes).unwrap_or(bytes))
}

/// The bytes that hex text stands for; `None` where `text` is not hex text and hence raw bytes.
pub(crate) fn parse_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(text).ok()?;
    let words = text.lines().flat_map(|line| {
        line.split('#')
            .next()
            .unwrap_or_default()
            .split_ascii_whitespace()
    });
    let mut digits = Vec::new();
    for word in words {
        let word = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))
            .unwrap_or(word);
        for digit in word.chars() {
            digits.push(u8::try_from(digit.to_digit(16)?).ok()?);
        }
    }
    let pairs = digits.chunks_exact(2);
    if digits.is_empty() || !pairs.remainder().is_empty() {
        return None;
    }
    Some(pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_text_and_raw_bytes_are_told_apart() {
        assert_eq!(
            parse_hex(b"01 00\n0x0a0B # a comment\n"),
            Some(vec![1, 0, 10, 11])
        );
        assert_eq!(parse_hex(b"# nothing but a comment"), None);
        assert_eq!(parse_hex(b"012"), None, "an odd number of digits");
        assert_eq!(parse_hex(b"hello"), None);
        assert_eq!(parse_hex(b"\x01\x00"), None);
        assert_eq!(parse_hex(b""), None);
    }

    #[test]
    fn ids_have_the_sign_of_their_protocol() {
        let id = RequestId::Number(0xffff_ffff);
        assert_eq!(
            id_to_json(
                &id,
                IdSpace::Number {
                    bits: 32,
                    signed: true
                }
            ),
            json!(-1)
        );
        assert_eq!(
            id_to_json(
                &id,
                IdSpace::Number {
                    bits: 32,
                    signed: false
                }
            ),
            json!(4_294_967_295_u32)
        );
    }
}
