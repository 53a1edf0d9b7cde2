//! `prost`: the protobuf headers in owned structs. Byte strings share the frame, and maps are trees, the smaller and faster
//! of the two that there are.

use std::collections::BTreeMap;
use std::io::IoSlice;

use bytes::Bytes;
use metaproto_codec::{Change, Value};
use prost::Message;

use super::frames::{brpc_meta, put_brpc, put_trpc, trpc_header};
use super::{Show, World, Write};

/// Of `baidu_rpc_meta.proto`.
#[derive(Clone, PartialEq, Message)]
struct RpcMeta {
    #[prost(message, optional, tag = "1")]
    request: Option<RpcRequestMeta>,
    #[prost(message, optional, tag = "2")]
    response: Option<RpcResponseMeta>,
    #[prost(int32, optional, tag = "3")]
    compress_type: Option<i32>,
    #[prost(int64, optional, tag = "4")]
    correlation_id: Option<i64>,
    #[prost(int32, optional, tag = "5")]
    attachment_size: Option<i32>,
    #[prost(bytes = "bytes", optional, tag = "7")]
    authentication_data: Option<Bytes>,
    #[prost(btree_map = "string, string", tag = "9")]
    user_fields: BTreeMap<String, String>,
}

#[derive(Clone, PartialEq, Message)]
struct RpcRequestMeta {
    #[prost(string, required, tag = "1")]
    service_name: String,
    #[prost(string, required, tag = "2")]
    method_name: String,
    #[prost(int64, optional, tag = "3")]
    log_id: Option<i64>,
    #[prost(int64, optional, tag = "4")]
    trace_id: Option<i64>,
    #[prost(int64, optional, tag = "5")]
    span_id: Option<i64>,
    #[prost(int64, optional, tag = "6")]
    parent_span_id: Option<i64>,
    #[prost(string, optional, tag = "7")]
    request_id: Option<String>,
    #[prost(int32, optional, tag = "8")]
    timeout_ms: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
struct RpcResponseMeta {
    #[prost(int32, optional, tag = "1")]
    error_code: Option<i32>,
    #[prost(string, optional, tag = "2")]
    error_text: Option<String>,
}

/// Of `trpc.proto`.
#[derive(Clone, PartialEq, Message)]
struct RequestProtocol {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(uint32, tag = "2")]
    call_type: u32,
    #[prost(uint32, tag = "3")]
    request_id: u32,
    #[prost(uint32, tag = "4")]
    timeout: u32,
    #[prost(bytes = "bytes", tag = "5")]
    caller: Bytes,
    #[prost(bytes = "bytes", tag = "6")]
    callee: Bytes,
    #[prost(bytes = "bytes", tag = "7")]
    func: Bytes,
    #[prost(uint32, tag = "8")]
    message_type: u32,
    #[prost(btree_map = "string, bytes", tag = "9")]
    trans_info: BTreeMap<String, Vec<u8>>,
    #[prost(uint32, tag = "10")]
    content_type: u32,
    #[prost(uint32, tag = "11")]
    content_encoding: u32,
    #[prost(uint32, tag = "12")]
    attachment_size: u32,
}

pub(super) fn read_brpc(world: &mut World, show: Show<'_>) -> bool {
    let Some((meta, _)) = rpc_meta(world) else {
        return false;
    };
    let Some(request) = &meta.request else {
        return false;
    };
    show("id", Value::Unsigned(meta.correlation_id() as u64));
    show("interface", Value::Text(&request.service_name));
    show("method", Value::Text(&request.method_name));
    if let Some(id) = &request.request_id {
        show("request_id", Value::Text(id));
    }
    for (name, value) in &meta.user_fields {
        show(name, Value::Text(value));
    }
    true
}

pub(super) fn read_trpc(world: &mut World, show: Show<'_>) -> bool {
    let Some((header, _)) = request_protocol(world) else {
        return false;
    };
    show("id", Value::Unsigned(header.request_id.into()));
    let own = [
        ("caller", &header.caller[..]),
        ("callee", &header.callee[..]),
        ("func", &header.func[..]),
    ];
    let peers = header.trans_info.iter();
    let peers = peers.map(|(name, value)| (name.as_str(), value.as_slice()));
    own.into_iter().chain(peers).all(|(name, value)| {
        let text = str::from_utf8(value);
        text.map(|text| show(name, Value::Text(text))).is_ok()
    })
}

pub(super) fn change_brpc(world: &mut World, write: Write<'_>) -> bool {
    let Some((mut meta, end)) = rpc_meta(world) else {
        return false;
    };
    for (name, change) in world.mutation.changes() {
        match change {
            Change::Set(value) => meta.user_fields.insert(name.into(), value.into()),
            Change::Remove => meta.user_fields.remove(name),
        };
    }
    let (buffer, body) = (&mut world.buffer, &world.frame[end..]);
    buffer.clear();
    if meta.encode(buffer).is_err() {
        return false;
    }
    let mut start = [0; 12];
    put_brpc(buffer.len(), body.len(), &mut start);
    write(&[&start, &buffer[..], body].map(IoSlice::new));
    true
}

pub(super) fn change_trpc(world: &mut World, write: Write<'_>) -> bool {
    let Some((mut header, end)) = request_protocol(world) else {
        return false;
    };
    for (name, change) in world.mutation.changes() {
        match change {
            Change::Set(value) => header.trans_info.insert(name.into(), value.into()),
            Change::Remove => header.trans_info.remove(name),
        };
    }
    let (buffer, body) = (&mut world.buffer, &world.frame[end..]);
    buffer.clear();
    let Some(mut start) = world.frame.first_chunk::<16>().copied() else {
        return false;
    };
    if header.encode(buffer).is_err() || !put_trpc(buffer.len(), body.len(), &mut start) {
        return false;
    }
    write(&[&start, &buffer[..], body].map(IoSlice::new));
    true
}

/// The meta, and where it ends.
fn rpc_meta(world: &World) -> Option<(RpcMeta, usize)> {
    let range = brpc_meta(&world.frame)?;
    let end = range.end;
    Some((RpcMeta::decode(world.frame.slice(range)).ok()?, end))
}

/// The header, and where it ends.
fn request_protocol(world: &World) -> Option<(RequestProtocol, usize)> {
    let range = trpc_header(&world.frame)?;
    let end = range.end;
    Some((RequestProtocol::decode(world.frame.slice(range)).ok()?, end))
}
