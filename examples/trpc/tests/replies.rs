//! Local replies and changes, as prost reads them.

mod common;

use bytes::Bytes;
use common::{RequestProtocol, ResponseProtocol, header, init};
use metaproto_codec::{
    Codec, CodecError, Direction, Error, ErrorType, Fault, Header, MessageType, Metadata, Mutation,
    Output, Part, RequestId, ResponseStatus,
};
use prost::Message as _;
use trpc::{TrpcHeader, TrpcRpc};

fn decoded(direction: Direction, bytes: impl Into<Bytes>) -> Metadata {
    let bytes = bytes.into();
    let mut metadata = Metadata::new(direction);
    TrpcRpc.decode(&bytes, &mut metadata).unwrap();
    metadata.attach_frame(bytes);
    metadata
}

/// A request with the id 7 in protobuf and in the fixed header.
fn request() -> Metadata {
    let protobuf = RequestProtocol {
        request_id: 7,
        callee: b"trpc.shop.Web".to_vec(),
        func: b"/Cart".to_vec(),
        trans_info: [("bin".to_owned(), vec![0, 255])].into(),
        ..RequestProtocol::default()
    };
    let protobuf = protobuf.encode_to_vec();
    let fixed = TrpcHeader {
        header_size: protobuf.len() as u16,
        stream_id: 7,
        protocol_version: 1,
        reserved: 9,
        ..TrpcHeader::template()
    };
    let frame = fixed.to_frame(&[&protobuf[..], b"mug"].concat()).unwrap();
    decoded(Direction::ClientToServer, frame)
}

/// A frame of the stream 100.
fn frame(direction: Direction, stream_frame_type: u8, rest: &[u8]) -> Metadata {
    let fixed = TrpcHeader {
        is_stream: true,
        stream_frame_type,
        stream_id: 100,
        ..TrpcHeader::template()
    };
    decoded(direction, fixed.to_frame(rest).unwrap())
}

fn changed(message: &Metadata, mutation: &Mutation) -> Result<Bytes, CodecError> {
    let mut output = Output::new();
    TrpcRpc.encode(message, mutation, &mut output)?;
    Ok(output.take_contiguous())
}

fn answer(request: &Metadata, r#type: ErrorType) -> Bytes {
    let mut output = Output::new();
    let error = Error {
        r#type,
        message: "no 路由",
    };
    TrpcRpc.on_error(request, &error, &mut output).unwrap();
    output.take_contiguous()
}

fn code(error: ErrorType) -> i32 {
    match error {
        ErrorType::RouteNotFound => 11,
        ErrorType::OverLimit => 23,
        ErrorType::NoHealthyUpstream => 141,
        _ => 31,
    }
}

#[test]
fn an_error_has_its_code_its_text_and_the_requests_ids() {
    for error in ErrorType::ALL {
        let reply = answer(&request(), error);
        let fixed = TrpcHeader::read_frame(&reply).unwrap();
        assert_eq!(
            (fixed.stream_id, fixed.protocol_version, fixed.reserved),
            (7, 1, 9)
        );
        let reply: ResponseProtocol = header(&reply);
        assert_eq!((reply.request_id, reply.ret), (7, code(error)));
        assert_eq!(reply.error_msg, "no 路由".as_bytes());
    }
}

#[test]
fn a_stream_is_refused_by_the_frame_that_would_have_opened_it() {
    let request = frame(Direction::ClientToServer, 1, b"\x0a\x03\x1a\x01f");
    assert_eq!(request.kind(), MessageType::StreamInit);
    for error in ErrorType::ALL {
        let reply = answer(&request, error);
        let response = init(&reply).response_meta.unwrap();
        assert_eq!(response.ret, code(error));
        assert_eq!(response.error_msg, "no 路由".as_bytes());
        let reply = decoded(Direction::ServerToClient, reply);
        assert_eq!(
            (reply.kind(), reply.stream_id()),
            (MessageType::StreamInit, Some(100))
        );
        assert_eq!(reply.status(), Some(ResponseStatus::Error));
    }
}

#[test]
fn nothing_else_of_a_stream_is_answered() {
    for (frame_type, rest) in [(2, &b"data"[..]), (3, b"\0\0\0\x05"), (4, b"")] {
        let frame = frame(Direction::ClientToServer, frame_type, rest);
        assert_eq!(answer(&frame, ErrorType::Unspecified), "");
    }
}

#[test]
fn a_change_is_what_the_server_reads() {
    let mut mutation = Mutation::new().set("zone", "蓝");
    mutation.set_request_id(RequestId::Number(u32::MAX.into()));
    let changed = changed(&request(), &mutation).unwrap();
    assert!(changed.ends_with(b"mug"), "the body");
    assert_eq!(
        TrpcHeader::read_frame(&changed).unwrap().stream_id,
        u32::MAX
    );
    let header: RequestProtocol = header(&changed);
    assert_eq!(header.request_id, u32::MAX);
    assert_eq!(header.trans_info["zone"], "蓝".as_bytes());
    assert_eq!(header.trans_info["bin"], [0, 255]);
}

#[test]
fn the_tags_of_a_stream_are_changed_where_it_is_opened() {
    let request = frame(Direction::ClientToServer, 1, b"\x18\x05");
    let changed = changed(&request, &Mutation::new().set("zone", "blue")).unwrap();
    let meta = init(&changed);
    assert_eq!(meta.init_window_size, 5);
    assert_eq!(meta.request_meta.unwrap().trans_info["zone"], b"blue");
}

#[test]
fn a_header_that_would_outgrow_its_length_is_refused() {
    let room = 65_535
        - usize::from(
            TrpcHeader::read_frame(request().frame())
                .unwrap()
                .header_size,
        );
    // Tag and length of the entry, of its key and of its value.
    let most = "v".repeat(room - (1 + 3) - (1 + 1 + 1) - (1 + 3));
    let change = |value: &str| {
        changed(
            &request(),
            &Mutation::new().set("a", "").set("k", value).remove("a"),
        )
    };
    let frame = change(&most).unwrap();
    assert_eq!(TrpcHeader::read_frame(&frame).unwrap().header_size, 65_535);
    let error = change(&format!("{most}v")).unwrap_err();
    assert!(
        matches!(error.fault(), Fault::CannotHold { key, .. } if &**key == "k"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_changed_is_refused_by_its_key() {
    for (message, key) in [
        (request(), "Callee"),
        (request(), "error_msg"),
        (frame(Direction::ClientToServer, 2, b"data"), "zone"),
        (frame(Direction::ServerToClient, 1, b"\x12\x00"), "zone"),
        (frame(Direction::ServerToClient, 4, b""), "zone"),
    ] {
        let error = changed(&message, &Mutation::new().set(key, "x")).unwrap_err();
        assert_eq!(error.fault(), &Fault::CannotSet { key: key.into() });
    }
    let mut id = Mutation::new();
    id.set_request_id(RequestId::Number(1 << 32));
    assert_eq!(
        changed(&request(), &id).unwrap_err().fault(),
        &Fault::RequestId
    );
    id.set_request_id(RequestId::Number(1));
    let data = frame(Direction::ClientToServer, 2, b"data");
    assert_eq!(changed(&data, &id).unwrap_err().fault(), &Fault::RequestId);
    let mut stream = Mutation::new();
    stream.set_stream_id(1);
    assert_eq!(
        changed(&request(), &stream).unwrap_err().fault(),
        &Fault::StreamId
    );
}

#[test]
fn every_frame_of_a_stream_can_be_given_to_another() {
    let [to_server, to_client] = [Direction::ClientToServer, Direction::ServerToClient];
    for message in [
        frame(to_server, 1, b""),
        frame(to_client, 1, b"\x12\x00"),
        frame(to_server, 2, b"data"),
        frame(to_client, 3, b"\x08\x01"),
        frame(to_client, 4, b""),
    ] {
        let mut mutation = Mutation::new();
        mutation.set_stream_id(0xFFFF_FFFE);
        let bytes = changed(&message, &mutation).unwrap();
        let mut expected = TrpcHeader::read_frame(message.frame()).unwrap();
        expected.stream_id = 0xFFFF_FFFE;
        assert_eq!(TrpcHeader::read_frame(&bytes).unwrap(), expected);
        assert_eq!(bytes[16..], message.frame()[16..]);
        mutation.set_stream_id(1 << 32);
        let error = changed(&message, &mutation).unwrap_err();
        assert_eq!(error.fault(), &Fault::StreamId);
    }
}
