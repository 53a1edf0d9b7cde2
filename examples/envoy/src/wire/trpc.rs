//! tRPC: 16 bytes, a protobuf header, which `prost` writes, and the payload; and frames of streams.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Metadata};
use prost::Message;

use super::{Answer, Call, Wire, id_of};

/// tRPC.
pub(crate) struct Trpc;

const HEADER: usize = 16;
/// What the servers of this test fail with.
const FAILED: i32 = 5001;
const CALLEE: &str = "trpc.demo.vault.Vault";

#[derive(Clone, PartialEq, Message)]
struct RequestProtocol {
    #[prost(uint32, tag = "2")]
    call_type: u32,
    #[prost(uint32, tag = "3")]
    request_id: u32,
    #[prost(bytes = "vec", tag = "6")]
    callee: Vec<u8>,
    #[prost(bytes = "vec", tag = "7")]
    func: Vec<u8>,
    #[prost(btree_map = "string, bytes", tag = "9")]
    trans_info: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct ResponseProtocol {
    #[prost(uint32, tag = "3")]
    request_id: u32,
    #[prost(int32, tag = "4")]
    ret: i32,
    #[prost(int32, tag = "5")]
    func_ret: i32,
    #[prost(bytes = "vec", tag = "6")]
    error_msg: Vec<u8>,
    #[prost(btree_map = "string, bytes", tag = "8")]
    trans_info: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct InitMeta {
    #[prost(message, tag = "1")]
    request: Option<InitRequest>,
    #[prost(message, tag = "2")]
    response: Option<InitResponse>,
}

#[derive(Clone, PartialEq, Message)]
struct InitRequest {
    #[prost(bytes = "vec", tag = "2")]
    callee: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    func: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct InitResponse {
    #[prost(int32, tag = "1")]
    ret: i32,
}

impl Wire for Trpc {
    fn name(&self) -> &'static str {
        "tRPC"
    }

    fn codec_name(&self) -> &'static str {
        "trpc"
    }

    fn codec(&self) -> Box<dyn Codec> {
        Box::new(::trpc::TrpcRpc)
    }

    fn key(&self) -> &'static str {
        "func"
    }

    fn service(&self) -> Option<(&'static str, &'static str)> {
        Some(("callee", CALLEE))
    }

    fn operation(&self, number: u16) -> String {
        format!("/Call{number}")
    }

    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>> {
        let id = u32::try_from(call.id)?;
        let header = RequestProtocol {
            call_type: call.one_way.into(),
            request_id: id,
            callee: CALLEE.into(),
            func: self.operation(call.operation).into(),
            trans_info: info(call.properties),
        };
        frame([0, 0], id, &header.encode_to_vec(), call.payload)
    }

    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>> {
        let id = u32::try_from(id_of(request))?;
        let header = ResponseProtocol {
            request_id: id,
            func_ret: if answer.failed { FAILED } else { 0 },
            trans_info: info(answer.properties),
            ..ResponseProtocol::default()
        };
        frame([0, 0], id, &header.encode_to_vec(), answer.payload)
    }

    fn payload(&self, message: &Metadata) -> Result<Bytes> {
        Ok(parts(message)?.1)
    }

    fn code(&self, reply: &Metadata) -> Result<i64> {
        let header = ResponseProtocol::decode(parts(reply)?.0)?;
        Ok(header.ret.max(header.func_ret).into())
    }

    fn failed(&self) -> i64 {
        FAILED.into()
    }

    fn code_of(&self, error: ErrorType) -> i64 {
        match error {
            ErrorType::RouteNotFound => 11,
            ErrorType::OverLimit => 23,
            ErrorType::NoHealthyUpstream => 141,
            _ => 31,
        }
    }

    fn has_one_way(&self) -> bool {
        true
    }
}

/// A frame of a stream.
#[derive(Clone, Copy)]
pub(crate) enum StreamFrame<'a> {
    /// Asks for a stream to an operation.
    Open(u16),
    /// Agrees.
    Opened,
    /// Carries a payload.
    Data(&'a [u8]),
    /// Ends it.
    Close,
}

/// The bytes of a frame of the stream `id`.
pub(crate) fn stream_frame(id: u32, content: StreamFrame<'_>) -> Result<Vec<u8>> {
    let mut meta = InitMeta::default();
    match content {
        StreamFrame::Open(operation) => {
            meta.request = Some(InitRequest {
                callee: CALLEE.into(),
                func: Trpc.operation(operation).into(),
            });
            frame([1, 1], id, &[], &meta.encode_to_vec())
        }
        StreamFrame::Opened => {
            meta.response = Some(InitResponse { ret: 0 });
            frame([1, 1], id, &[], &meta.encode_to_vec())
        }
        StreamFrame::Data(payload) => frame([1, 2], id, &[], payload),
        StreamFrame::Close => frame([1, 4], id, &[], &[]),
    }
}

fn info(properties: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), value.as_bytes().to_vec());
    properties.iter().map(owned).collect()
}

fn frame(kind: [u8; 2], id: u32, header: &[u8], payload: &[u8]) -> Result<Vec<u8>> {
    let mut frame = vec![0x09, 0x30];
    frame.extend(kind);
    let length = HEADER + header.len() + payload.len();
    frame.extend(u32::try_from(length)?.to_be_bytes());
    frame.extend(u16::try_from(header.len())?.to_be_bytes());
    frame.extend(id.to_be_bytes());
    frame.extend([1, 0]);
    frame.extend(header);
    frame.extend(payload);
    Ok(frame)
}

/// The protobuf header of a unary frame, and its payload.
fn parts(message: &Metadata) -> Result<(Bytes, Bytes)> {
    let frame = message.share_frame();
    let size = frame.get(8..10).context("no size of the header")?;
    let size = u16::from_be_bytes(size.try_into()?);
    let mut header = frame.slice(HEADER..);
    let payload = header.split_off(size.into());
    Ok((header, payload))
}
