//! Whatever the parameters and the result are, the attachments behind them are found, and all else is left alone.

mod common;
mod hessian;

use bytes::{Buf, Bytes};
use common::{message, request};
use dubbo::Dubbo;
use hessian::{Encoder, Value, text, value};
use metaproto_codec::{
    Codec, CodecError, DecodeStatus, Direction, Error, ErrorType, MessageType, Metadata, Mutation,
    Output, RequestId,
};
use proptest::prelude::*;

fn decode_with(
    mut codec: Dubbo,
    direction: Direction,
    bytes: &[u8],
) -> Result<Metadata, CodecError> {
    let mut metadata = Metadata::new(direction);
    match codec.decode(bytes, &mut metadata)? {
        DecodeStatus::Done { consumed } => {
            metadata.attach_frame(Bytes::copy_from_slice(&bytes[..consumed]));
        }
        wait => panic!("{wait:?}"),
    }
    Ok(metadata)
}

fn decode(bytes: &[u8]) -> Result<Metadata, CodecError> {
    decode_with(Dubbo::default(), Direction::ClientToServer, bytes)
}

fn changed(message: &Metadata, mutation: &Mutation) -> Result<Vec<u8>, CodecError> {
    let mut output = Output::new();
    Dubbo::default().encode(message, mutation, &mut output)?;
    Ok(output.copy_to_bytes(output.remaining()).into())
}

fn property(message: &Metadata, key: &str) -> Option<String> {
    message.get(key).map(|value| value.to_string())
}

/// The names of an invocation, and descriptors of so many parameters.
fn invocation(parameters: usize) -> Encoder {
    let mut encoder = Encoder::default();
    for text in ["2.0.2", "demo.Vault", "0.0.0", "put"] {
        encoder.text(text);
    }
    let types = ["Ljava/lang/Object;", "I", "[[J", "[Ljava/util/List;"];
    encoder.text(
        &(0..parameters)
            .map(|index| types[index % 4])
            .collect::<String>(),
    );
    encoder
}

/// A map of texts.
fn attachments(encoder: &mut Encoder, pairs: &[(&str, &str)]) {
    encoder.out.push(b'H');
    for text in pairs.iter().flat_map(|(key, value)| [key, value]) {
        encoder.text(text);
    }
    encoder.out.push(b'Z');
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn attachments_are_found_behind_any_parameters(
        parameters in proptest::collection::vec(value(), 0..5),
        old in text(),
        new in text(),
    ) {
        let mut encoder = invocation(parameters.len());
        for parameter in &parameters {
            encoder.value(parameter);
        }
        let kept = encoder.out.clone();
        attachments(&mut encoder, &[("group", "g"), ("tenant", &old)]);
        let found = decode(&request(&encoder.out)).unwrap();
        prop_assert_eq!(property(&found, "method").unwrap(), "put");
        prop_assert_eq!(property(&found, "tenant"), Some(old));

        let bytes = changed(&found, &Mutation::new().set("tenant", new.as_str()).remove("group")).unwrap();
        let mut expected = Encoder::default();
        expected.out = kept;
        attachments(&mut expected, &[("tenant", &new)]);
        prop_assert_eq!(bytes, request(&expected.out));
    }

    #[test]
    fn no_body_that_is_cut_short_passes(parameters in proptest::collection::vec(value(), 0..3), at in any::<prop::sample::Index>()) {
        let mut encoder = invocation(parameters.len());
        for parameter in &parameters {
            encoder.value(parameter);
        }
        attachments(&mut encoder, &[("tenant", "blue")]);
        let cut = at.index(encoder.out.len());
        let error = decode(&request(&encoder.out[..cut])).unwrap_err();
        prop_assert!(error.offset() <= 16 + cut as u64, "{} in {}", error, cut);
    }

    #[test]
    fn attachments_are_found_behind_any_result(result in value(), kind in 0..6_u8) {
        let mut encoder = Encoder::default();
        encoder.int(kind.into());
        if kind % 3 != 2 {
            encoder.value(&result);
        }
        let has_attachments = kind >= 3;
        if has_attachments {
            attachments(&mut encoder, &[("tenant", "蓝色")]);
        }
        let bytes = message(2, 20, &encoder.out);
        let found = decode_with(Dubbo::default(), Direction::ServerToClient, &bytes).unwrap();
        let expected = if kind % 3 == 0 { MessageType::Error } else { MessageType::Response };
        prop_assert_eq!(found.kind(), expected);
        prop_assert_eq!(property(&found, "tenant").is_some(), has_attachments);
        let set = changed(&found, &Mutation::new().set("x", "1"));
        prop_assert_eq!(set.is_ok(), has_attachments);
        if let Err(error) = set {
            prop_assert_eq!(error.fault().to_string(), "key \"x\" cannot be set");
        }
    }

    #[test]
    fn texts_are_proper_utf_8_whatever_their_chunks(key in "[a-zé😀]{1,8}", value in text(), size in 1..40_usize) {
        prop_assume!(key != "interface" && key != "method");
        let mut encoder = invocation(0);
        encoder.out.push(b'H');
        encoder.text_in_chunks(&key, size);
        encoder.text_in_chunks(&value, size);
        encoder.out.push(b'Z');
        let found = decode(&request(&encoder.out)).unwrap();
        prop_assert_eq!(property(&found, &key), Some(value));
    }

    #[test]
    fn no_bytes_cause_a_panic(flags in any::<u8>(), status in prop_oneof![Just(20), any::<u8>()], body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for direction in [Direction::ClientToServer, Direction::ServerToClient] {
            let bytes = message(flags, status, &body);
            if let Ok(found) = decode_with(Dubbo::default(), direction, &bytes) {
                prop_assert_eq!(changed(&found, &Mutation::new()).unwrap(), bytes);
            }
        }
    }
}

#[test]
fn four_bytes_of_utf_8_are_two_units() {
    let mut encoder = invocation(0);
    encoder.out.extend(*b"H\x01k\x03a\xF0\x9F\x98\x80Z");
    let found = decode(&request(&encoder.out)).unwrap();
    assert_eq!(property(&found, "k").unwrap(), "a😀");
    // Half of a pair is left over.
    let mut encoder = invocation(0);
    encoder.out.extend(*b"H\x01k\x02a\xF0\x9F\x98\x80Z");
    assert_eq!(
        decode(&request(&encoder.out)).unwrap_err().fault().rule(),
        "utf8"
    );
}

#[test]
fn half_of_a_pair_of_surrogates_is_not_exposed_and_stays() {
    let mut encoder = invocation(0);
    encoder.out.extend(*b"H\x01k\x01\xED\xA0\xBD\x01z\x01bZ");
    let bytes = request(&encoder.out);
    let found = decode(&bytes).unwrap();
    assert_eq!(
        (property(&found, "k"), property(&found, "z").unwrap()),
        (None, "b".to_owned())
    );
    let mutation = Mutation::new().set("z", "c");
    let expected: Vec<u8> = [&bytes[..bytes.len() - 2], b"cZ"].concat();
    assert_eq!(changed(&found, &mutation).unwrap(), expected);
    // As the name of a method, it is nothing to route by.
    let mut encoder = Encoder::default();
    encoder
        .out
        .extend(*b"\x012\x03a.B\x010\x01\xED\xA0\xBD\0HZ");
    let error = decode(&request(&encoder.out)).unwrap_err();
    assert_eq!(error.to_string(), "byte 24, field method: not valid UTF-8");
}

#[test]
fn long_values_are_written_in_chunks_and_read_back() {
    let mut encoder = invocation(0);
    attachments(&mut encoder, &[]);
    let found = decode(&request(&encoder.out)).unwrap();
    for value in [
        "x".repeat(65_535),
        "x".repeat(65_536),
        "蓝😀".repeat(50_000),
    ] {
        let bytes = changed(&found, &Mutation::new().set("long", value.as_str())).unwrap();
        assert_eq!(property(&decode(&bytes).unwrap(), "long"), Some(value));
    }
    let error = changed(&found, &Mutation::new().set("long", "x".repeat(16 << 20))).unwrap_err();
    assert_eq!(error.fault().rule(), "cannot_hold");
}

#[test]
fn a_codec_of_names_stops_there() {
    let mut encoder = invocation(1);
    encoder.value(&Value::Text("hi".to_owned()));
    attachments(&mut encoder, &[("tenant", "blue")]);
    let whole = request(&encoder.out);
    let found = decode_with(Dubbo::names_only(), Direction::ClientToServer, &whole).unwrap();
    assert_eq!(found.operation().unwrap().to_string(), "demo.Vault/put");
    assert_eq!(property(&found, "tenant"), None);
    let bytes = changed(&found, &Mutation::new().set("tenant", "red")).unwrap();
    assert_eq!(property(&decode(&bytes).unwrap(), "tenant").unwrap(), "red");
    // What it does not read, it passes on, but does not change.
    encoder.out.pop();
    let cut = request(&encoder.out);
    assert!(decode(&cut).is_err());
    let found = decode_with(Dubbo::names_only(), Direction::ClientToServer, &cut).unwrap();
    assert_eq!(changed(&found, &Mutation::new()).unwrap(), cut);
    assert!(changed(&found, &Mutation::new().set("tenant", "red")).is_err());
}

#[test]
fn a_ping_is_answered_in_its_own_serialization() {
    let pong = |ping: &[u8]| {
        let ping = decode(ping).unwrap();
        assert_eq!(ping.kind(), MessageType::Ping);
        let mut output = Output::new();
        Dubbo::default()
            .heartbeat_reply(&ping, &mut output)
            .unwrap();
        output.copy_to_bytes(output.remaining())
    };
    assert_eq!(pong(&message(0xE2, 0, b"N")), message(0x22, 20, b"N"));
    assert_eq!(pong(&message(0xE2, 0, b"")), message(0x22, 20, b"N"));
    assert_eq!(pong(&message(0xE6, 0, b"null")), message(0x26, 20, b"null"));
}

#[test]
fn a_local_reply_has_a_status_for_each_error() {
    let mut request = Metadata::new(Direction::ClientToServer);
    request.set_request_id(u64::MAX);
    let reply = |r#type, text| {
        let mut output = Output::new();
        let error = Error {
            r#type,
            message: text,
        };
        Dubbo::default()
            .on_error(&request, &error, &mut output)
            .unwrap();
        let bytes = output.copy_to_bytes(output.remaining());
        let found = decode_with(Dubbo::default(), Direction::ServerToClient, &bytes).unwrap();
        assert_eq!(found.kind(), MessageType::Error);
        assert_eq!(found.request_id(), Some(RequestId::Number(u64::MAX)));
        bytes
    };
    let statuses = ErrorType::ALL.map(|error| reply(error, "no")[3]);
    assert_eq!(statuses, [60, 60, 80, 50, 80, 100]);
    assert_eq!(
        reply(ErrorType::OverLimit, "蓝")[16..],
        *b"\x01\xE8\x93\x9D"
    );
}

#[test]
fn an_event_is_no_heartbeat() {
    let found = decode_with(
        Dubbo::default(),
        Direction::ServerToClient,
        &message(0xA2, 0, b"\x01R"),
    )
    .unwrap();
    assert_eq!(found.kind(), MessageType::Event);
    let mut output = Output::new();
    Dubbo::default()
        .heartbeat_reply(&found, &mut output)
        .unwrap();
    assert_eq!(output.remaining(), 0);
    // It is what a server says that is about to leave.
    Dubbo::default().go_away(&mut output).unwrap();
    let mut said = message(0xA2, 0, b"\x01R");
    said[4..12].fill(0);
    assert_eq!(output.take_contiguous(), said);
    // Of another serialization, the flag alone tells.
    assert_eq!(
        decode(&message(0xA6, 0, b"\"R\"")).unwrap().kind(),
        MessageType::Event
    );
}

#[test]
fn a_result_may_lack_its_type_where_nothing_else_can_be_meant() {
    let decode = |body: &[u8]| {
        decode_with(
            Dubbo::default(),
            Direction::ServerToClient,
            &message(0x02, 20, body),
        )
    };
    for body in [&b"N"[..], b"F", b"\0"] {
        assert_eq!(decode(body).unwrap().kind(), MessageType::Response);
    }
    // More of it, true, and zero, which is the type of an exception that is missing.
    for body in [&b"NN"[..], b"F\x90", b"\0\0", b"T", b"\x90"] {
        assert_eq!(
            decode(body).unwrap_err().offset(),
            if body == b"\x90" { 17 } else { 16 }
        );
    }
}
