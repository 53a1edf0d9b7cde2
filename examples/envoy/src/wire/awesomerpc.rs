//! awesomeRPC: 13 bytes, then the payload.

use anyhow::{Context, Result};
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Metadata};

use super::{Answer, Call, Wire, id_of};

/// awesomeRPC, in a module.
pub(crate) struct AwesomeRpc(&'static str);

impl AwesomeRpc {
    /// In the module of all codecs.
    pub(crate) const STOCK: Self = Self("metaproto");
    /// In the module whose codec panics at these commands: when it reads a request, when it reads a response, and when it
    /// writes an error.
    pub(crate) const PANICKING: Self = Self("panicking");
    pub(crate) const PANICS: [u16; 3] = [666, 667, 668];
}

const HEADER: usize = 13;

impl Wire for AwesomeRpc {
    fn name(&self) -> &'static str {
        "awesomeRPC"
    }

    fn codec_name(&self) -> &'static str {
        "awesomerpc"
    }

    fn module(&self) -> &'static str {
        self.0
    }

    fn codec(&self) -> Box<dyn Codec> {
        Box::new(::awesomerpc::AwesomeRpc::default())
    }

    fn key(&self) -> &'static str {
        "cmd"
    }

    fn operation(&self, number: u16) -> String {
        number.to_string()
    }

    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>> {
        let id = u32::try_from(call.id)?;
        frame(id, i16::try_from(call.operation)?, 0, call.payload)
    }

    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>> {
        let command = request.frame().get(9..11).context("no command")?;
        let command = i16::from_be_bytes(command.try_into()?);
        let code = if answer.failed { 7 } else { 0 };
        frame(id_of(request).try_into()?, command, code, answer.payload)
    }

    fn payload(&self, message: &Metadata) -> Result<Bytes> {
        Ok(message.share_frame().split_off(HEADER))
    }

    fn code(&self, reply: &Metadata) -> Result<i64> {
        let code = reply.frame().get(11..HEADER).context("no code")?;
        Ok(i16::from_be_bytes(code.try_into()?).into())
    }

    fn failed(&self) -> i64 {
        7
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
}

fn frame(id: u32, command: i16, code: i16, payload: &[u8]) -> Result<Vec<u8>> {
    let mut frame = vec![1];
    frame.extend(id.to_be_bytes());
    frame.extend(u32::try_from(HEADER + payload.len())?.to_be_bytes());
    frame.extend(command.to_be_bytes());
    frame.extend(code.to_be_bytes());
    frame.extend(payload);
    Ok(frame)
}
