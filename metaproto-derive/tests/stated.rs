//! Stated numbers: constants and codes of every kind, in fields that are narrower than their types.

use bytes::Bytes;
use metaproto_codec::{
    Codec, DecodeStatus, Direction, Error, ErrorType, Fault, Header, HeaderCodec, IdSpace,
    MessageType, Metadata, Mutation, Output, OwnedHeader, Part, RequestId, ResponseStatus,
};

/// Signed codes and ids in fewer bits than their types have.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Narrow {
    #[header(bits = 4, message_type(request = -1, response = -2))]
    kind: i8,
    #[header(bits = 2, oneway = -1)]
    mode: i8,
    #[header(bits = 2, heartbeat = -2)]
    event: i16,
    #[header(bytes = 3, status(ok = -3, route_not_found = -4, other = -5))]
    status: i32,
    #[header(bytes = 3, request_id)]
    id: i32,
    #[header(bytes = 2, stream_id)]
    stream: i64,
    #[header(bytes = 2, metadata = "debt")]
    debt: i32,
    #[header(body_len, max = 255)]
    size: u8,
}

fn narrow(kind: i8, mode: i8, event: i16, status: i32) -> Narrow {
    Narrow {
        kind,
        mode,
        event,
        status,
        id: -2,
        stream: -3,
        debt: -4,
        size: 0,
    }
}

fn decode<H: OwnedHeader>(frame: &[u8], direction: Direction) -> Metadata {
    let mut metadata = Metadata::new(direction);
    let status = HeaderCodec::<H>::new().decode(frame, &mut metadata);
    let consumed = frame.len();
    assert_eq!(status, Ok(DecodeStatus::Done { consumed }));
    metadata.attach_frame(Bytes::copy_from_slice(frame));
    metadata
}

fn kind_of(header: &Narrow, direction: Direction) -> (MessageType, Option<ResponseStatus>) {
    let metadata = decode::<Narrow>(&header.to_frame(b"").unwrap(), direction);
    assert_eq!(metadata.request_id(), Some(RequestId::Number(0xFF_FFFE)));
    assert_eq!(metadata.stream_id(), Some(0xFFFD));
    assert_eq!(metadata.get("debt").unwrap().to_string(), "-4");
    (metadata.kind(), metadata.status())
}

#[test]
fn narrow_codes_and_ids_are_the_bits_of_their_fields() {
    let there = Direction::ClientToServer;
    let back = Direction::ServerToClient;
    for (header, direction, kind, status) in [
        (narrow(-1, 0, 0, 0), there, MessageType::Request, None),
        (narrow(-1, -1, 0, 0), there, MessageType::OneWay, None),
        (narrow(-1, 0, -2, 0), there, MessageType::Ping, None),
        (
            narrow(-2, 0, 0, -3),
            back,
            MessageType::Response,
            Some(ResponseStatus::Ok),
        ),
        (
            narrow(-2, 0, 0, -4),
            back,
            MessageType::Error,
            Some(ResponseStatus::Error),
        ),
    ] {
        assert_eq!(kind_of(&header, direction), (kind, status));
    }
}

#[test]
fn a_narrow_id_comes_back_in_replies() {
    let frame = narrow(-1, 0, 0, 0).to_frame(b"").unwrap();
    let request = decode::<Narrow>(&frame, Direction::ClientToServer);
    let mut output = Output::new();
    let error = Error {
        r#type: ErrorType::RouteNotFound,
        message: "",
    };
    HeaderCodec::<Narrow>::new()
        .on_error(&request, &error, &mut output)
        .unwrap();
    let reply = Narrow::read_frame(&output.take_contiguous()).unwrap();
    assert_eq!((reply.kind, reply.status), (-2, -4));
    assert_eq!((reply.id, reply.stream), (-2, -3));

    let mut header = narrow(-1, 0, 0, 0);
    header
        .set_request_id(&RequestId::Number(0x80_0000))
        .unwrap();
    assert_eq!(header.id, -0x80_0000);
    let too_wide = RequestId::Number(0x100_0000);
    assert_eq!(header.set_request_id(&too_wide), Err(Fault::RequestId));
    header.set_stream_id(0x8000).unwrap();
    assert_eq!(header.stream, -0x8000);
    assert_eq!(header.set_stream_id(0x1_0000), Err(Fault::StreamId));
    assert_eq!((header.id, header.stream), (-0x80_0000, -0x8000));
}

/// The stream id is there only where a flag says so.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Flagged {
    #[header(bits = 1)]
    has_stream: bool,
    #[header(bits = 7, reserved)]
    spare: u8,
    #[header(when = has_stream, stream_id)]
    stream: Option<u16>,
    #[header(body_len, max = 9)]
    size: u8,
}

fn moved<H: OwnedHeader>(frame: &[u8], stream: u64) -> Result<Vec<u8>, Fault> {
    let message = decode::<H>(frame, Direction::ClientToServer);
    let mut mutation = Mutation::new();
    mutation.set_stream_id(stream);
    let mut output = Output::new();
    output.push(b"before");
    let result = HeaderCodec::<H>::new().encode(&message, &mutation, &mut output);
    let written = output.take_contiguous();
    let Some(rest) = written.strip_prefix(b"before") else {
        panic!("the output was disturbed");
    };
    match result {
        Ok(()) => Ok(rest.to_vec()),
        Err(error) => {
            assert!(rest.is_empty());
            Err(error.fault().clone())
        }
    }
}

#[test]
fn a_mutation_replaces_the_id_of_a_stream_and_nothing_else() {
    let header = narrow(-1, 0, 0, 0);
    let frame = header.to_frame(b"body").unwrap();
    let expected = |stream| {
        let moved = Narrow {
            stream,
            ..header.clone()
        };
        moved.to_frame(b"body").unwrap()
    };
    assert_eq!(moved::<Narrow>(&frame, 0x7FFF), Ok(expected(0x7FFF)));
    assert_eq!(moved::<Narrow>(&frame, 0xFFFF), Ok(expected(-1)));
    assert_eq!(moved::<Narrow>(&frame, 0x1_0000), Err(Fault::StreamId));
    let space = HeaderCodec::<Narrow>::new().capabilities().stream_id;
    assert_eq!(
        space,
        IdSpace::Number {
            bits: 16,
            signed: true
        }
    );

    assert_eq!(
        moved::<Flagged>(b"\x85\0\x07\x02hi", 0xFFFF).unwrap(),
        b"\x85\xFF\xFF\x02hi"
    );
    assert_eq!(moved::<Flagged>(b"\x05\x02hi", 1), Err(Fault::StreamId));
    // A header without any.
    assert_eq!(
        moved::<Constants>(&Constants::template().to_frame(b"").unwrap(), 1),
        Err(Fault::StreamId)
    );
    // The id that it has already.
    assert_eq!(moved::<Narrow>(&frame, 0xFFFD), Ok(frame.clone()));
}

#[test]
fn an_id_of_full_width_keeps_its_sign_bit() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Wide {
        #[header(request_id)]
        id: i64,
        #[header(body_len, max = 9)]
        size: u8,
    }
    let frame = [0xFF; 8].into_iter().chain([0]).collect::<Vec<_>>();
    let metadata = decode::<Wide>(&frame, Direction::ClientToServer);
    assert_eq!(metadata.request_id(), Some(RequestId::Number(u64::MAX)));
    let mut wide = <Wide as Part>::template();
    wide.set_request_id(&metadata.request_id().unwrap())
        .unwrap();
    assert_eq!(wide.id, -1);
}

const MAGIC: [u8; 3] = *b"ABC";

/// Constants of every kind.
#[derive(Header, Clone, Debug, PartialEq)]
#[header(big_endian)]
struct Constants {
    #[header(constant = MAGIC)]
    named: [u8; 3],
    #[header(constant = b"DE")]
    literal: [u8; 2],
    #[header(constant = -1)]
    negative: i8,
    #[header(bytes = 3, constant = -2)]
    narrow: i32,
    #[header(bits = 4, constant = -3)]
    high: i8,
    #[header(bits = 4, constant = 0xF)]
    low: i8,
    #[header(constant = 1.5)]
    single: f32,
    #[header(constant = -0.25)]
    double: f64,
    #[header(constant = true)]
    flag: bool,
    #[header(constant = u64::MAX)]
    most: u64,
    #[header(body_len, max = 9)]
    size: u8,
}

#[test]
fn constants_stand_on_the_wire_as_their_types_write_them() {
    let mut bytes = b"ABCDE\xFF\xFF\xFF\xFE\xDF".to_vec();
    bytes.extend(1.5_f32.to_be_bytes());
    bytes.extend((-0.25_f64).to_be_bytes());
    bytes.push(1);
    bytes.extend([0xFF; 8]);
    bytes.push(0);
    let template = Constants::template();
    assert_eq!(template.to_frame(b"").unwrap(), bytes);
    assert_eq!(Constants::read_frame(&bytes).unwrap(), template);
    assert_eq!((template.negative, template.narrow), (-1, -2));
    assert_eq!((template.high, template.low), (-3, -1));
    assert_eq!((template.single, template.double), (1.5, -0.25));
    for at in 0..bytes.len() - 1 {
        let mut changed = bytes.clone();
        changed[at] ^= 0x40;
        let error = Constants::read_frame(&changed).unwrap_err();
        assert_eq!(error.fault().rule(), "constant", "byte {at}");
        assert_eq!(error.offset(), at as u64);
    }
}
