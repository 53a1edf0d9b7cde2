//! Dubbo 2 with Hessian2: calls of one service with one parameter, which is binary data.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Metadata};

use super::{Answer, Call, Wire, id_of};

/// Dubbo.
pub(crate) struct Dubbo;

/// The service that is called.
const SERVICE: &str = "demo.Vault";

const HEADER: usize = 16;
/// Flags, with the serialization in the low bits.
const REQUEST: u8 = 0xC2;
const ONE_WAY: u8 = 0x82;
const RESPONSE: u8 = 0x02;
const PING: u8 = 0xE2;
/// Statuses.
const OK: u8 = 20;
const SERVICE_ERROR: u8 = 70;
/// What a response has: a value, or a value and attachments.
const VALUE: u8 = 0x91;
const VALUE_AND_ATTACHMENTS: u8 = 0x94;
/// Bytes of binary data in a chunk.
const CHUNK: usize = 0x8000;

impl Wire for Dubbo {
    fn name(&self) -> &'static str {
        "Dubbo"
    }

    fn codec_name(&self) -> &'static str {
        "dubbo"
    }

    fn codec(&self) -> Box<dyn Codec> {
        Box::new(::dubbo::Dubbo::new())
    }

    fn key(&self) -> &'static str {
        "method"
    }

    fn service(&self) -> Option<(&'static str, &'static str)> {
        Some(("interface", SERVICE))
    }

    fn operation(&self, number: u16) -> String {
        format!("call{number}")
    }

    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        let method = self.operation(call.operation);
        for text in ["2.0.2", SERVICE, "0.0.0", &method, "[B"] {
            put_text(text, &mut body)?;
        }
        put_binary(call.payload, &mut body)?;
        put_map(call.properties, &mut body)?;
        let flags = if call.one_way { ONE_WAY } else { REQUEST };
        frame(flags, 0, call.id, &body)
    }

    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if answer.failed {
            put_text("out of order", &mut body)?;
            return frame(RESPONSE, SERVICE_ERROR, id_of(request), &body);
        }
        // Where a response has no attachments, its type says so.
        if answer.properties.is_empty() {
            body.push(VALUE);
            put_binary(answer.payload, &mut body)?;
        } else {
            body.push(VALUE_AND_ATTACHMENTS);
            put_binary(answer.payload, &mut body)?;
            put_map(answer.properties, &mut body)?;
        }
        frame(RESPONSE, OK, id_of(request), &body)
    }

    fn payload(&self, message: &Metadata) -> Result<Bytes> {
        let body = message.frame().get(HEADER..).context("no body")?;
        let mut rest = match body {
            [VALUE | VALUE_AND_ATTACHMENTS, rest @ ..] => rest,
            mut rest => {
                for _ in 0..5 {
                    let (length, text) = rest.split_first().context("no text")?;
                    rest = text.get(usize::from(*length)..).context("a text is cut")?;
                }
                rest
            }
        };
        take_binary(&mut rest)
    }

    fn code(&self, reply: &Metadata) -> Result<i64> {
        let status = reply.frame().get(3).context("no status")?;
        Ok((*status).into())
    }

    fn failed(&self) -> i64 {
        SERVICE_ERROR.into()
    }

    fn code_of(&self, error: ErrorType) -> i64 {
        match error {
            ErrorType::RouteNotFound | ErrorType::ClusterNotFound => 60,
            ErrorType::BadResponse => 50,
            ErrorType::OverLimit => 100,
            ErrorType::NoHealthyUpstream | ErrorType::Unspecified => 80,
        }
    }

    fn has_one_way(&self) -> bool {
        true
    }

    fn ping(&self, id: u64) -> Option<Vec<u8>> {
        frame(PING, 0, id, b"N").ok()
    }
}

fn frame(flags: u8, status: u8, id: u64, body: &[u8]) -> Result<Vec<u8>> {
    let mut frame = vec![0xDA, 0xBB, flags, status];
    frame.extend(id.to_be_bytes());
    frame.extend(u32::try_from(body.len())?.to_be_bytes());
    frame.extend(body);
    Ok(frame)
}

/// A text of less than 32 characters of ASCII.
fn put_text(text: &str, body: &mut Vec<u8>) -> Result<()> {
    ensure!(
        text.is_ascii() && text.len() < 0x20,
        "{text:?} is not short"
    );
    body.push(text.len().try_into()?);
    body.extend(text.as_bytes());
    Ok(())
}

/// Binary data, in chunks.
fn put_binary(data: &[u8], body: &mut Vec<u8>) -> Result<()> {
    let mut rest = data;
    loop {
        let (chunk, later) = rest.split_at(rest.len().min(CHUNK));
        body.push(if later.is_empty() { b'B' } else { b'A' });
        body.extend(u16::try_from(chunk.len())?.to_be_bytes());
        body.extend(chunk);
        rest = later;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

fn put_map(pairs: &[(&str, &str)], body: &mut Vec<u8>) -> Result<()> {
    body.push(b'H');
    for (key, value) in pairs {
        put_text(key, body)?;
        put_text(value, body)?;
    }
    body.push(b'Z');
    Ok(())
}

/// What [`put_binary`] has written.
fn take_binary(rest: &mut &[u8]) -> Result<Bytes> {
    let mut data = Vec::new();
    loop {
        let [tag @ (b'A' | b'B'), high, low, more @ ..] = *rest else {
            anyhow::bail!("no binary data: {:02x?}", &rest[..rest.len().min(8)]);
        };
        let length = u16::from_be_bytes([*high, *low]);
        let chunk = more.split_at_checked(length.into());
        let (chunk, more) = chunk.context("binary data is cut")?;
        data.extend(chunk);
        *rest = more;
        if *tag == b'B' {
            return Ok(data.into());
        }
    }
}
