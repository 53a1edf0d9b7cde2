//! brpc: a protobuf meta, which `prost` writes, then the payload.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Metadata};
use prost::Message;

use super::{Answer, Call, Wire, id_of};

/// brpc's standard protocol.
pub(crate) struct Brpc;

const HEADER: usize = 12;
/// The service that is called.
const SERVICE: &str = "demo.Vault";
/// What the servers of this test fail with: `ELIMIT`.
const FAILED: i32 = 2004;

#[derive(Clone, PartialEq, Message)]
struct RpcMeta {
    #[prost(message, tag = "1")]
    request: Option<Request>,
    #[prost(message, tag = "2")]
    response: Option<Response>,
    #[prost(int64, optional, tag = "4")]
    correlation_id: Option<i64>,
    #[prost(btree_map = "string, string", tag = "9")]
    user_fields: BTreeMap<String, String>,
}

#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(string, tag = "1")]
    service_name: String,
    #[prost(string, tag = "2")]
    method_name: String,
}

#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(int32, optional, tag = "1")]
    error_code: Option<i32>,
    #[prost(string, optional, tag = "2")]
    error_text: Option<String>,
}

impl Wire for Brpc {
    fn name(&self) -> &'static str {
        "brpc"
    }

    fn codec_name(&self) -> &'static str {
        "brpc"
    }

    fn codec(&self) -> Box<dyn Codec> {
        Box::new(::brpc::BrpcRpc)
    }

    fn key(&self) -> &'static str {
        "method"
    }

    fn service(&self) -> Option<(&'static str, &'static str)> {
        Some(("interface", SERVICE))
    }

    fn operation(&self, number: u16) -> String {
        format!("Call{number}")
    }

    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>> {
        let request = Request {
            service_name: SERVICE.to_owned(),
            method_name: self.operation(call.operation),
        };
        let meta = RpcMeta {
            request: Some(request),
            correlation_id: Some(call.id.cast_signed()),
            user_fields: fields(call.properties),
            ..RpcMeta::default()
        };
        frame(&meta, call.payload)
    }

    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>> {
        let response = Response {
            error_code: answer.failed.then_some(FAILED),
            error_text: answer.failed.then(|| "out of order".to_owned()),
        };
        let meta = RpcMeta {
            response: Some(response),
            correlation_id: Some(id_of(request).cast_signed()),
            user_fields: fields(answer.properties),
            ..RpcMeta::default()
        };
        frame(&meta, answer.payload)
    }

    fn payload(&self, message: &Metadata) -> Result<Bytes> {
        Ok(parts(message)?.1)
    }

    fn code(&self, reply: &Metadata) -> Result<i64> {
        let (meta, _) = parts(reply)?;
        let response = meta.response.context("no response")?;
        Ok(response.error_code().into())
    }

    fn failed(&self) -> i64 {
        FAILED.into()
    }

    fn code_of(&self, error: ErrorType) -> i64 {
        match error {
            ErrorType::RouteNotFound => 1001,
            ErrorType::OverLimit => 1011,
            _ => 2001,
        }
    }
}

fn fields(properties: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    properties.iter().map(owned).collect()
}

fn frame(meta: &RpcMeta, payload: &[u8]) -> Result<Vec<u8>> {
    let meta = meta.encode_to_vec();
    let mut frame = Vec::from(b"PRPC");
    frame.extend(u32::try_from(meta.len() + payload.len())?.to_be_bytes());
    frame.extend(u32::try_from(meta.len())?.to_be_bytes());
    frame.extend(meta);
    frame.extend(payload);
    Ok(frame)
}

fn parts(message: &Metadata) -> Result<(RpcMeta, Bytes)> {
    let frame = message.share_frame();
    let size = frame.get(8..HEADER).context("no size of the meta")?;
    let size = u32::from_be_bytes(size.try_into()?);
    let mut meta = frame.slice(HEADER..);
    let payload = meta.split_off(usize::try_from(size)?);
    Ok((RpcMeta::decode(meta)?, payload))
}
