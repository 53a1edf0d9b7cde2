//! Local replies and changes, as prost reads them.

mod common;

use brpc::BrpcRpc;
use bytes::Bytes;
use common::{RpcMeta, meta};
use metaproto_codec::{
    Codec, CodecError, Direction, Error, ErrorType, Fault, MessageType, Metadata, Mutation, Output,
    RequestId,
};

const REQUEST: &[u8] =
    b"PRPC\0\0\0\x1c\0\0\0\x17\x0a\x13\x0a\x0bshop.Basket\x12\x04List\x20\x07\x0a\x03mug";
const RESPONSE: &[u8] = b"PRPC\0\0\0\x04\0\0\0\x04\x12\x00\x20\x07";

fn decoded(direction: Direction, bytes: &'static [u8]) -> Metadata {
    let mut metadata = Metadata::new(direction);
    BrpcRpc.decode(bytes, &mut metadata).unwrap();
    metadata.attach_frame(Bytes::from_static(bytes));
    metadata
}

fn changed(message: &Metadata, mutation: &Mutation) -> Result<Bytes, CodecError> {
    let mut output = Output::new();
    BrpcRpc.encode(message, mutation, &mut output)?;
    Ok(output.take_contiguous())
}

#[test]
fn an_error_has_its_code_its_text_and_the_requests_id() {
    let request = decoded(Direction::ClientToServer, REQUEST);
    for r#type in ErrorType::ALL {
        let code = match r#type {
            ErrorType::RouteNotFound => 1001,
            ErrorType::OverLimit => 1011,
            _ => 2001,
        };
        let mut output = Output::new();
        let error = Error {
            r#type,
            message: "no 路由",
        };
        BrpcRpc.on_error(&request, &error, &mut output).unwrap();
        let reply: RpcMeta = meta(&output.take_contiguous());
        let response = reply.response.unwrap();
        assert_eq!((reply.correlation_id, reply.request), (Some(7), None));
        assert_eq!(
            (response.error_code(), response.error_text()),
            (code, "no 路由")
        );
    }
}

#[test]
fn the_text_of_an_error_is_cut_between_letters() {
    let request = decoded(Direction::ClientToServer, REQUEST);
    let (r#type, message) = (ErrorType::Unspecified, &*"蓝".repeat(20_000));
    let mut output = Output::new();
    BrpcRpc
        .on_error(&request, &Error { r#type, message }, &mut output)
        .unwrap();
    let reply: RpcMeta = meta(&output.take_contiguous());
    assert_eq!(reply.response.unwrap().error_text(), "蓝".repeat(8192 / 3));
}

#[test]
fn a_change_is_what_the_server_reads() {
    let request = decoded(Direction::ClientToServer, REQUEST);
    let mut mutation = Mutation::new().set("REQUEST_ID", "r-1").set("zone", "蓝");
    mutation.set_request_id(RequestId::Number(u64::MAX));
    let changed = changed(&request, &mutation).unwrap();
    assert!(changed.ends_with(b"\x0a\x03mug"), "the payload");
    let meta: RpcMeta = meta(&changed);
    assert_eq!(meta.correlation_id(), -1);
    assert_eq!(meta.user_fields["zone"], "蓝");
    let request = meta.request.unwrap();
    assert_eq!(
        (request.service_name.as_str(), request.method_name.as_str()),
        ("shop.Basket", "List")
    );
    assert_eq!(request.request_id(), "r-1");
}

#[test]
fn what_cannot_be_changed_is_refused_by_its_key() {
    let request = decoded(Direction::ClientToServer, REQUEST);
    let response = decoded(Direction::ServerToClient, RESPONSE);
    let frame = decoded(
        Direction::ServerToClient,
        b"STRM\0\0\0\x03\0\0\0\x02\x08\x05!",
    );
    assert_eq!(
        (frame.kind(), frame.stream_id()),
        (MessageType::StreamData, Some(5))
    );
    for (message, key) in [
        (&request, "Interface"),
        (&request, "method"),
        (&response, "request_id"),
        (&frame, "zone"),
    ] {
        let refused = |mutation| changed(message, &mutation).unwrap_err().fault().clone();
        let set = Fault::CannotSet { key: key.into() };
        assert_eq!(refused(Mutation::new().set(key, "x")), set);
        if key != "zone" {
            let remove = Fault::CannotRemove { key: key.into() };
            assert_eq!(refused(Mutation::new().remove(key)), remove);
        }
    }
    // There is no place for it, and so it is not there.
    let same = changed(&frame, &Mutation::new().remove("zone")).unwrap();
    assert_eq!(same, frame.frame());
    let mut id = Mutation::new();
    id.set_request_id(RequestId::Number(1));
    assert_eq!(changed(&frame, &id).unwrap_err().fault(), &Fault::RequestId);
    for message in [&request, &response, &frame] {
        let mut stream = Mutation::new();
        stream.set_stream_id(6);
        let error = changed(message, &stream).unwrap_err();
        assert_eq!(error.fault(), &Fault::StreamId);
    }
    let mut same_stream = Mutation::new();
    same_stream.set_stream_id(5);
    assert_eq!(changed(&frame, &same_stream).unwrap(), frame.frame());
    let odd = changed(&request, &Mutation::new().set("a\r\nb", "x")).unwrap_err();
    assert!(matches!(odd.fault(), Fault::CannotHold { .. }), "{odd}");
}
