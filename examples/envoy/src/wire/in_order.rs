//! A protocol without request ids, whose responses come in the order of their requests: a length, a command, a code, and
//! the payload.

use anyhow::{Context, Result};
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Header, HeaderCodec, MIB, Metadata};

use super::{Answer, Call, Wire};

/// The protocol without request ids.
pub(crate) struct InOrder;

/// What a message starts with.
#[derive(Header, Debug)]
#[header(big_endian)]
struct Start {
    /// Bytes of the whole message.
    #[header(frame_len, max = 4 * MIB)]
    length: u32,
    #[header(metadata = "cmd")]
    command: u16,
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    code: u8,
}

const HEADER: usize = 7;
/// What the servers of this test fail with.
const FAILED: u8 = 9;

impl Wire for InOrder {
    fn name(&self) -> &'static str {
        "without ids"
    }

    fn codec_name(&self) -> &'static str {
        "in-order"
    }

    fn module(&self) -> &'static str {
        "in_order"
    }

    fn codec(&self) -> Box<dyn Codec> {
        Box::new(HeaderCodec::<Start>::new())
    }

    fn key(&self) -> &'static str {
        "cmd"
    }

    fn operation(&self, number: u16) -> String {
        number.to_string()
    }

    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>> {
        frame(call.operation, 0, call.payload)
    }

    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>> {
        let command = request.frame().get(4..6).context("no command")?;
        let code = if answer.failed { FAILED } else { 0 };
        frame(
            u16::from_be_bytes(command.try_into()?),
            code,
            answer.payload,
        )
    }

    fn payload(&self, message: &Metadata) -> Result<Bytes> {
        Ok(message.share_frame().split_off(HEADER))
    }

    fn code(&self, reply: &Metadata) -> Result<i64> {
        let code = reply.frame().get(6).context("no code")?;
        Ok((*code).into())
    }

    fn failed(&self) -> i64 {
        FAILED.into()
    }

    fn code_of(&self, error: ErrorType) -> i64 {
        match error {
            ErrorType::RouteNotFound => 1,
            _ => 2,
        }
    }

    fn tag(&self) -> Option<&'static str> {
        None
    }

    fn fixed(&self) -> &'static str {
        "colour"
    }

    fn has_ids(&self) -> bool {
        false
    }
}

fn frame(command: u16, code: u8, payload: &[u8]) -> Result<Vec<u8>> {
    let length = HEADER + payload.len();
    let mut frame = Vec::from(u32::try_from(length)?.to_be_bytes());
    frame.extend(command.to_be_bytes());
    frame.push(code);
    frame.extend(payload);
    Ok(frame)
}
