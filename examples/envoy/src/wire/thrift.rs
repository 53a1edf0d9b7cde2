//! Thrift: the binary protocol in THeader frames; calls with one argument, which is binary data.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Metadata};

use super::{Answer, Call, Wire, id_of};

/// Thrift, with properties.
pub(crate) struct Thrift;

/// Kinds of message.
const CALL: u8 = 1;
const REPLY: u8 = 2;
const EXCEPTION: u8 = 3;
const ONE_WAY: u8 = 4;

/// Types of `TApplicationException`.
const UNKNOWN_METHOD: i32 = 1;
const INTERNAL_ERROR: i32 = 6;
const MISSING_RESULT: i32 = 5;

/// Types of fields.
const STRING: u8 = 11;
const I32: u8 = 8;

impl Wire for Thrift {
    fn name(&self) -> &'static str {
        "Thrift"
    }

    fn codec_name(&self) -> &'static str {
        "thrift"
    }

    fn codec(&self) -> Box<dyn Codec> {
        Box::new(::thrift::Thrift::new())
    }

    fn key(&self) -> &'static str {
        "method"
    }

    fn operation(&self, number: u16) -> String {
        format!("call{number}")
    }

    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>> {
        let kind = if call.one_way { ONE_WAY } else { CALL };
        let name = self.operation(call.operation);
        let id = u32::try_from(call.id)?;
        let mut message = begin(kind, &name, id)?;
        put_string(1, call.payload, &mut message)?;
        message.push(0);
        frame(id, call.properties, &message)
    }

    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>> {
        let id = u32::try_from(id_of(request))?;
        let name = request.get("method").context("no method")?.to_string();
        let mut message;
        if answer.failed {
            message = begin(EXCEPTION, &name, id)?;
            put_string(1, b"out of order", &mut message)?;
            message.extend([I32, 0, 2]);
            message.extend(MISSING_RESULT.to_be_bytes());
        } else {
            message = begin(REPLY, &name, id)?;
            put_string(0, answer.payload, &mut message)?;
        }
        message.push(0);
        frame(id, answer.properties, &message)
    }

    fn payload(&self, message: &Metadata) -> Result<Bytes> {
        let (_, data, _) = first_field(message)?;
        Ok(Bytes::copy_from_slice(data))
    }

    fn code(&self, reply: &Metadata) -> Result<i64> {
        let (kind, _, rest) = first_field(reply)?;
        if kind != EXCEPTION {
            return Ok(0);
        }
        let [I32, 0, 2, code @ .., 0] = rest else {
            anyhow::bail!("no type of exception: {rest:02x?}");
        };
        Ok(i32::from_be_bytes(code.try_into()?).into())
    }

    fn failed(&self) -> i64 {
        MISSING_RESULT.into()
    }

    fn code_of(&self, error: ErrorType) -> i64 {
        match error {
            ErrorType::RouteNotFound => UNKNOWN_METHOD.into(),
            _ => INTERNAL_ERROR.into(),
        }
    }

    fn has_one_way(&self) -> bool {
        true
    }
}

fn begin(kind: u8, name: &str, id: u32) -> Result<Vec<u8>> {
    let mut message = vec![0x80, 0x01, 0, kind];
    message.extend(u32::try_from(name.len())?.to_be_bytes());
    message.extend(name.as_bytes());
    message.extend(id.to_be_bytes());
    Ok(message)
}

fn put_string(field: u16, value: &[u8], message: &mut Vec<u8>) -> Result<()> {
    message.push(STRING);
    message.extend(field.to_be_bytes());
    message.extend(u32::try_from(value.len())?.to_be_bytes());
    message.extend(value);
    Ok(())
}

fn frame(id: u32, properties: &[(&str, &str)], message: &[u8]) -> Result<Vec<u8>> {
    // Protocol 0, binary; no transforms.
    let mut header = vec![0, 0];
    if !properties.is_empty() {
        header.push(1);
        put_varint(properties.len(), &mut header)?;
        for text in properties.iter().flat_map(|(key, value)| [key, value]) {
            put_varint(text.len(), &mut header)?;
            header.extend(text.as_bytes());
        }
    }
    header.resize(header.len().next_multiple_of(4), 0);
    let length = 10 + header.len() + message.len();
    let mut frame = Vec::from(u32::try_from(length)?.to_be_bytes());
    frame.extend([0x0F, 0xFF, 0, 0]);
    frame.extend(id.to_be_bytes());
    frame.extend(u16::try_from(header.len() / 4)?.to_be_bytes());
    frame.extend(header);
    frame.extend(message);
    Ok(frame)
}

/// A number below 128.
fn put_varint(number: usize, header: &mut Vec<u8>) -> Result<()> {
    ensure!(number < 0x80, "{number} is not small");
    header.push(number.try_into()?);
    Ok(())
}

/// The kind of a message, its first field, which is a string, and what follows.
fn first_field(message: &Metadata) -> Result<(u8, &[u8], &[u8])> {
    let frame = message.frame();
    let words = frame.get(12..14).context("no length of the header")?;
    let words = u16::from_be_bytes(words.try_into()?);
    let message = frame.get(14 + 4 * usize::from(words)..);
    let [0x80, 0x01, _, kind, rest @ ..] = message.context("no message")? else {
        anyhow::bail!("not the binary protocol");
    };
    let (_, rest) = take_counted(rest)?;
    let [_, _, _, _, STRING, _, _, rest @ ..] = rest else {
        anyhow::bail!("no field that is a string");
    };
    let (value, rest) = take_counted(rest)?;
    Ok((*kind, value, rest))
}

fn take_counted(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk().context("no length")?;
    let length = u32::from_be_bytes(*length);
    rest.split_at_checked(usize::try_from(length)?)
        .context("a string is cut")
}
