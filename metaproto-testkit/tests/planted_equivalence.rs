//! Cart by hand and Cart by declaration are the same codec, on messages, on spoiled messages and on what is cut off.

#[path = "planted/mod.rs"]
mod planted;

use bytes::Bytes;
use metaproto_codec::{
    Codec, CodecError, DecodeStatus, Direction, Error, ErrorType, Header, HeaderCodec, MessageType,
    Metadata, Mutation, Output, RequestId,
};
use planted::{Cart, CartHeader, cart_rejects, cart_vectors};
use proptest::prelude::*;

type Declared = HeaderCodec<CartHeader>;

#[test]
fn they_can_the_same() {
    let mut declared = Declared::new().capabilities();
    declared.name = "cart";
    assert_eq!(Cart::new(None).capabilities(), declared);
}

#[test]
fn they_agree_on_the_vectors_and_on_all_their_prefixes() {
    let rejects = cart_rejects().into_iter();
    let rejects = rejects.map(|(direction, bytes, _)| (direction, bytes));
    for (direction, bytes) in cart_vectors().into_iter().chain(rejects) {
        for cut in 0..=bytes.len() {
            let by_hand = decode(&mut Cart::new(None), direction, &bytes[..cut]);
            let declared = decode(&mut Declared::new(), direction, &bytes[..cut]);
            assert_eq!(by_hand, declared, "{cut} of {bytes:02x?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn they_decode_the_same(
        message in message(),
        spoiled in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        length in prop::option::of(spoiled_length()),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
        direction in direction(),
    ) {
        let mut bytes = message;
        for (index, byte) in spoiled {
            *index.get_mut(&mut bytes) = byte;
        }
        if let Some((at, length)) = length {
            bytes[at..at + length.len()].copy_from_slice(&length);
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        prop_assert_eq!(
            decode(&mut Cart::new(None), direction, &bytes),
            decode(&mut Declared::new(), direction, &bytes)
        );
    }

    #[test]
    fn they_encode_the_same(message in message(), mutation in mutation(), direction in direction()) {
        let message = decoded(direction, &message);
        let by_hand = encode(&Cart::new(None), &message, &mutation);
        let declared = encode(&Declared::new(), &message, &mutation);
        let length = declared.clone().map(|bytes| bytes.len());
        prop_assert_eq!(Declared::new().encoded_len(&message, &mutation), length);
        let length = by_hand.clone().map(|bytes| bytes.len());
        prop_assert_eq!(Cart::new(None).encoded_len(&message, &mutation), length);
        prop_assert_eq!(by_hand.map_err(place), declared.map_err(place));
    }

    #[test]
    fn they_reply_the_same(message in message(), text in ".{0,600}", direction in direction()) {
        let message = decoded(direction, &message);
        for r#type in ErrorType::ALL {
            let error = Error { r#type, message: &text };
            let by_hand = written(|output| Cart::new(None).on_error(&message, &error, output));
            let declared = written(|output| Declared::new().on_error(&message, &error, output));
            prop_assert_eq!(by_hand.is_empty(), message.kind() != MessageType::Request);
            if by_hand.is_empty() {
                prop_assert!(declared.is_empty());
                continue;
            }
            // The declaration knows no place for the text: but for it and its length, they are the same.
            let reply = decoded(Direction::ServerToClient, &by_hand);
            prop_assert!(text.as_bytes().starts_with(reply.body()));
            prop_assert!(reply.body_size() + 3 >= text.len().min(1024));
            let header = CartHeader::read_frame(&by_hand).unwrap();
            prop_assert!(header.method.is_empty() && header.properties.is_empty());
            prop_assert_eq!(header.to_frame(b"").unwrap(), declared);
        }
        prop_assert_eq!(
            written(|output| Cart::new(None).heartbeat_reply(&message, output)),
            written(|output| Declared::new().heartbeat_reply(&message, output))
        );
    }
}

/// Verdict and metadata. Of an error the numbers are left out: the two count what is left in other words.
type Verdict = (Result<DecodeStatus, String>, String);

fn decode(codec: &mut impl Codec, direction: Direction, bytes: &[u8]) -> Verdict {
    let mut metadata = Metadata::new(direction);
    let status = codec.decode(bytes, &mut metadata).map_err(place);
    if status.is_err() || matches!(status, Ok(DecodeStatus::WaitForData { .. })) {
        let empty = format!("{:?}", Metadata::new(direction));
        assert_eq!(format!("{metadata:?}"), empty, "{bytes:02x?}");
    }
    (status, format!("{metadata:?}"))
}

fn place(error: CodecError) -> String {
    let rule = error.fault().rule();
    format!("{rule} at {} in {}", error.offset(), error.field())
}

fn decoded(direction: Direction, bytes: &[u8]) -> Metadata {
    let mut metadata = Metadata::new(direction);
    let status = Declared::new().decode(bytes, &mut metadata);
    let consumed = bytes.len();
    assert_eq!(status, Ok(DecodeStatus::Done { consumed }));
    metadata.attach_frame(Bytes::copy_from_slice(bytes));
    metadata
}

fn encode(
    codec: &impl Codec,
    message: &Metadata,
    mutation: &Mutation,
) -> Result<Bytes, CodecError> {
    let mut output = Output::new();
    output.push(b"before");
    let result = codec.encode(message, mutation, &mut output);
    let mut bytes = output.take_contiguous();
    assert_eq!(bytes.split_to(6), "before");
    assert!(result.is_ok() || bytes.is_empty());
    result.map(|()| bytes)
}

fn written(write: impl FnOnce(&mut Output) -> Result<(), CodecError>) -> Bytes {
    let mut output = Output::new();
    write(&mut output).unwrap();
    output.take_contiguous()
}

fn direction() -> impl Strategy<Value = Direction> {
    prop::sample::select(vec![Direction::ClientToServer, Direction::ServerToClient])
}

fn key() -> impl Strategy<Value = String> {
    let known = [
        "zone",
        "ZONE",
        "retries",
        "Method",
        "x-request-id",
        "",
        "a\0b",
        "a\r\nb",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        "[a-zé]{1,12}",
        "k{60,64}",
    ]
}

fn pair() -> impl Strategy<Value = (Bytes, Bytes)> {
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        ".{0,12}".prop_map(String::into_bytes),
        Just(vec![b'v'; 500]),
    ];
    let key = prop_oneof![
        9 => key().prop_map(String::into_bytes),
        1 => Just(vec![0xFF]),
    ];
    (key, value).prop_map(|(key, value)| (key.into(), value.into()))
}

fn id() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(1 << 63)]
}

/// A whole message, in some of them with a header that is longer than its fields.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let fields = (0_u8..6, 0_u8..5, any::<u8>(), 0_u8..16, id(), ".{0,60}");
    let extension = prop_oneof![Just(0_usize), 1_usize..20, Just(1700)];
    let pairs = prop::collection::vec(pair(), 0..4);
    (fields, pairs, extension, 0_usize..40).prop_map(|(fields, properties, extension, body)| {
        let (kind, status, retries, flags, id, method) = fields;
        let header = CartHeader {
            flags,
            kind,
            status,
            id,
            retries,
            method,
            properties,
            ..metaproto_codec::Part::template()
        };
        let tail = vec![b'.'; extension + body];
        let mut frame = header.to_frame(&tail).unwrap();
        let length = u16::try_from(frame.len() - body).unwrap();
        frame[13..15].copy_from_slice(&length.to_be_bytes());
        frame[15..19].copy_from_slice(&u32::try_from(body).unwrap().to_be_bytes());
        frame
    })
}

/// A length of header, body or method, and where it stands.
fn spoiled_length() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let near = prop::sample::select(vec![0_u32, 22, 23, 24, 64, 4095, 4096, 4097, 65536, 65537]);
    let body = prop_oneof![near.clone(), any::<u32>(), Just(1 << 31), Just(u32::MAX)];
    prop_oneof![
        near.prop_map(|length| (13, (length as u16).to_be_bytes().to_vec())),
        body.prop_map(|length| (15, length.to_be_bytes().to_vec())),
        any::<u8>().prop_map(|length| (20, vec![length])),
        any::<u8>().prop_map(|length| (22, vec![length])),
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let long = [64, 65, 255, 256, 300, 1024, 1025, 70_000];
    let value = prop_oneof![
        3 => ".{0,20}",
        2 => prop::sample::select(vec!["0", "255", "256", "-1", "+5", " 1"]).prop_map(str::to_owned),
        1 => prop::sample::select(long.to_vec()).prop_map(|length| "v".repeat(length)),
    ];
    let key = prop_oneof![9 => key(), 1 => Just("k".repeat(300))];
    let change = (key, prop::option::weighted(0.7, value));
    let id = prop::option::weighted(
        0.2,
        prop_oneof![
            id().prop_map(RequestId::Number),
            Just(RequestId::Bytes(Bytes::from_static(b"id"))),
        ],
    );
    (prop::collection::vec(change, 0..4), id).prop_map(|(changes, id)| {
        let mutation = changes
            .into_iter()
            .fold(Mutation::new(), |mutation, (key, value)| match value {
                Some(value) => mutation.set(key, value),
                None => mutation.remove(key),
            });
        id.into_iter().fold(mutation, |mut mutation, id| {
            mutation.set_request_id(id);
            mutation
        })
    })
}
