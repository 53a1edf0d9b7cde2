//! The codec of a derived header: transparency, mutation, local replies.

use bytes::{Buf, Bytes};
use metaproto_codec::{
    Codec, CodecError, DecodeStatus, Direction, Error, ErrorType, Fault, Header, HeaderCodec,
    Limits, MIB, MessageType, Metadata, Mutation, Next, Output, RequestId, ResponseStatus, Session,
};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Rpc {
    #[header(constant = 0xCAFE)]
    magic: u16,
    #[header(header_len, max = 400)]
    head: u16,
    #[header(body_len, max = 2 * MIB)]
    body: u32,
    #[header(message_type(request = 0, oneway = 1, response = 2, ping = 3, pong = 4))]
    kind: u8,
    #[header(status(ok = 0, route_not_found = 44, over_limit = 29, other = 50))]
    status: u8,
    #[header(request_id)]
    id: u32,
    #[header(reserved)]
    reserved: u16,
    #[header(metadata = "retries")]
    retries: i8,
    #[header(len = u8, max = 100, operation, metadata = "method")]
    method: String,
    #[header(count = u8, max = 9, key(len = u8, max = 20), value(len = u8, max = 20), metadata)]
    headers: Vec<(String, String)>,
}

type Codecs = HeaderCodec<Rpc>;

fn header(kind: u8) -> Rpc {
    Rpc {
        magic: 0xCAFE,
        head: 0,
        body: 0,
        kind,
        status: 0,
        id: 0xFFFF_FFFE,
        reserved: 0xABCD,
        retries: -3,
        method: "shop.Cart/add".into(),
        headers: vec![
            ("Zone".into(), "blue".into()),
            ("method".into(), "forged".into()),
        ],
    }
}

/// The message with four bytes of header that the struct does not know.
fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut frame = header(kind).to_frame(&[b"more", body].concat()).unwrap();
    let head = header(kind).encoded_len().unwrap() + 4;
    frame[2..4].copy_from_slice(&u16::try_from(head).unwrap().to_be_bytes());
    frame[4..8].copy_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
    frame
}

fn decode(bytes: &[u8], direction: Direction) -> Metadata {
    let mut session = Session::new(Codecs::new(), direction, Limits::default());
    let mut metadata = Metadata::default();
    session.receive(bytes);
    assert_eq!(
        session.next_message(&mut metadata),
        Ok(Next::Message { offset: 0 })
    );
    session.finish().unwrap();
    metadata
}

fn request() -> Metadata {
    decode(&frame(0, b"payload"), Direction::ClientToServer)
}

fn encode(message: &Metadata, mutation: &Mutation) -> Result<Bytes, CodecError> {
    let mut output = Output::new();
    output.push(b"before");
    let result = Codecs::new().encode(message, mutation, &mut output);
    let mut written = output.take_contiguous();
    assert_eq!(written.split_to(6), "before", "what was there stays");
    if result.is_err() {
        assert!(
            written.is_empty(),
            "a failed encode leaves the output as it was"
        );
    }
    result.map(|()| written)
}

#[test]
fn metadata_says_what_the_message_is() {
    let metadata = request();
    assert_eq!(metadata.kind(), MessageType::Request);
    assert_eq!(metadata.request_id(), Some(RequestId::Number(0xFFFF_FFFE)));
    assert_eq!(metadata.operation().unwrap().to_string(), "shop.Cart/add");
    assert_eq!(metadata.status(), None);
    let get = |key| metadata.get(key).map(|value| value.to_string());
    assert_eq!(get("RETRIES").as_deref(), Some("-3"));
    assert_eq!(get("zone").as_deref(), Some("blue"));
    assert_eq!(
        get("method").as_deref(),
        Some("shop.Cart/add"),
        "the codec's own key wins over the peer's"
    );
    assert_eq!(metadata.body(), b"payload");
    assert!(metadata.header().ends_with(b"more"));
}

#[test]
fn a_name_with_a_control_character_stays_in_the_message_and_is_not_exposed() {
    let headers = vec![
        ("a\0b".into(), "1".into()),
        (String::new(), "2".into()),
        ("zone".into(), "\r\n".into()),
    ];
    let odd = Rpc {
        headers,
        ..header(0)
    };
    let metadata = decode(&odd.to_frame(b"").unwrap(), Direction::ClientToServer);
    let peers: Vec<_> = metadata.properties().skip(2).collect();
    assert_eq!(peers, [("zone", metadata.get("zone").unwrap())]);
    assert_eq!(Rpc::read_frame(metadata.frame()).unwrap().headers.len(), 3);
}

#[test]
fn an_empty_mutation_passes_on_the_very_bytes() {
    let metadata = request();
    let mut output = Output::new();
    Codecs::new()
        .encode(&metadata, &Mutation::new(), &mut output)
        .unwrap();
    assert_eq!(output.chunk().as_ptr(), metadata.frame().as_ptr());
    assert_eq!(output.remaining(), metadata.frame().len());
}

#[test]
fn a_mutation_rewrites_the_header_and_shares_the_payload() {
    let payload = vec![7; MIB];
    let metadata = decode(&frame(0, &payload), Direction::ClientToServer);
    let mut output = Output::new();
    let mutation = Mutation::new()
        .set("zone", "green")
        .set("retries", "7")
        .set("new", "value")
        .remove("absent");
    Codecs::new()
        .encode(&metadata, &mutation, &mut output)
        .unwrap();

    let mut slices = [std::io::IoSlice::new(&[]); 8];
    let count = output.chunks_vectored(&mut slices);
    let last = slices[..count].last().unwrap();
    assert_eq!(
        (last.as_ptr(), last.len()),
        (metadata.body().as_ptr(), MIB),
        "no byte of the payload is copied"
    );

    let again = decode(&output.take_contiguous(), Direction::ClientToServer);
    let get = |key| again.get(key).unwrap().to_string();
    assert_eq!(
        (get("zone"), get("retries"), get("new")),
        ("green".into(), "7".into(), "value".into())
    );
    assert_eq!(
        (again.request_id(), again.operation()),
        (metadata.request_id(), metadata.operation())
    );
    assert!(
        again.header().ends_with(b"more"),
        "what the struct does not know is kept"
    );
    assert_eq!(Rpc::read_frame(again.frame()).unwrap().reserved, 0xABCD);
}

#[test]
fn a_mutation_that_cannot_be_expressed_names_its_key() {
    let fault = |mutation: Mutation| encode(&request(), &mutation).unwrap_err().fault().clone();
    let long = "x".repeat(21);
    assert_eq!(
        fault(Mutation::new().remove("Retries")),
        Fault::CannotRemove {
            key: "Retries".into()
        }
    );
    for (key, value) in [
        ("retries", "128"),
        ("retries", "many"),
        ("zone", &long),
        (&long, "v"),
        ("", "v"),
        ("zo\0ne", "v"),
        ("zone\r\n", "v"),
        ("method", &"m".repeat(101)),
    ] {
        let fault = fault(Mutation::new().set(key, value));
        assert!(
            matches!(&fault, Fault::CannotHold { key: named, .. } if **named == *key),
            "{key}={value}: {fault}"
        );
    }
    let mut wrong_id = Mutation::new();
    wrong_id.set_request_id(RequestId::Number(1 << 32));
    assert_eq!(fault(wrong_id), Fault::RequestId);
    let many = (0..8).fold(Mutation::new(), |mutation, index| {
        mutation.set(format!("key{index}"), "v")
    });
    assert_eq!(fault(many), Fault::TooLarge { found: 10, max: 9 });
    assert_eq!(
        *Codecs::new()
            .encode(&Metadata::default(), &Mutation::new(), &mut Output::new())
            .unwrap_err()
            .fault(),
        Fault::NoMessage
    );
}

#[test]
fn the_length_is_that_of_the_bytes_or_the_same_error() {
    let long = |key: &str, length| (key.to_owned(), "x".repeat(length));
    let mutations = [
        vec![],
        vec![long("zone", 3)],
        vec![long("method", 100)],
        vec![long("method", 101)],
        // Each fits its field, all of them are more than `header_len` may say.
        (0..7)
            .map(|index| long(&format!("key-{index:016}"), 20))
            .chain([long("method", 100)])
            .collect(),
    ];
    let mut refused = 0;
    for changes in mutations {
        let mutation = changes
            .into_iter()
            .fold(Mutation::new(), |mutation, (key, value)| {
                mutation.set(key, value)
            });
        let written = encode(&request(), &mutation).map(|bytes| bytes.len());
        let measured = Codecs::new().encoded_len(&request(), &mutation);
        assert_eq!(measured, written);
        refused += usize::from(measured.is_err_and(|error| {
            let field = error.field().to_string();
            field == "head" && error.fault().rule() == "too_large"
        }));
    }
    assert_eq!(refused, 1);
}

#[test]
fn a_reply_repeats_what_has_a_fixed_width_and_no_words_of_the_request() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian, part)]
    struct Route {
        hops: u8,
        #[header(len = u8, max = 9)]
        zone: String,
    }
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Wordy {
        version: u8,
        #[header(message_type(request = 0, response = 1, ping = 2, pong = 3))]
        kind: u8,
        #[header(reserved)]
        reserved: u16,
        token: [u8; 2],
        #[header(len = u8, max = 9, request_id)]
        id: Bytes,
        #[header(len = u8, max = 9, operation)]
        method: String,
        #[header(nested)]
        route: Route,
        #[header(count = u8, max = 9)]
        shards: Vec<u16>,
        #[header(count = u8, max = 9, key(len = u8, max = 9), value(len = u8, max = 9), metadata)]
        headers: Vec<(String, String)>,
        #[header(body_len, max = 9)]
        size: u8,
    }
    let codec = HeaderCodec::<Wordy>::new();
    for (kind, answer) in [(0, 1), (2, 3)] {
        let request = Wordy {
            version: 7,
            kind,
            reserved: 0xABCD,
            token: [8, 9],
            id: Bytes::from_static(b"id"),
            method: "add".into(),
            route: Route {
                hops: 3,
                zone: "blue".into(),
            },
            shards: vec![1, 2],
            headers: vec![("token".into(), "secret".into())],
            size: 4,
        };
        let frame = request.to_frame(b"body").unwrap();
        let mut metadata = Metadata::new(Direction::ClientToServer);
        HeaderCodec::<Wordy>::new()
            .decode(&frame, &mut metadata)
            .unwrap();
        metadata.attach_frame(frame.into());
        let mut output = Output::new();
        let error = Error {
            r#type: ErrorType::Unspecified,
            message: "",
        };
        codec.on_error(&metadata, &error, &mut output).unwrap();
        codec.heartbeat_reply(&metadata, &mut output).unwrap();
        let reply = output.take_contiguous();
        let expected = Wordy {
            kind: answer,
            method: String::new(),
            route: Route {
                hops: 3,
                zone: String::new(),
            },
            shards: Vec::new(),
            headers: Vec::new(),
            size: 0,
            ..request
        };
        assert_eq!(Wordy::read_frame(&reply).unwrap(), expected);
        assert_eq!(reply.len(), expected.encoded_len().unwrap());
    }
}

#[test]
fn an_answer_has_the_header_of_the_way_back() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct There {
        #[header(message_type(request = 0, ping = 1, pong = 2))]
        kind: u8,
        #[header(request_id)]
        id: u16,
        #[header(body_len, max = 9)]
        size: u8,
    }
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Back {
        #[header(message_type(response = 5, ping = 6, pong = 7))]
        kind: u8,
        #[header(status(ok = 0, other = 1))]
        status: u8,
        #[header(request_id)]
        id: u16,
        #[header(body_len, max = 9)]
        size: u8,
    }
    for (direction, ping, pong) in [
        (
            Direction::ClientToServer,
            &[1, 0, 9, 0][..],
            &[7, 0, 0, 9, 0][..],
        ),
        (Direction::ServerToClient, &[6, 3, 0, 9, 0], &[2, 0, 9, 0]),
    ] {
        let mut metadata = Metadata::new(direction);
        let mut codec = HeaderCodec::<There, Back>::new();
        codec.decode(ping, &mut metadata).unwrap();
        metadata.attach_frame(Bytes::copy_from_slice(ping));
        let mut output = Output::new();
        codec.heartbeat_reply(&metadata, &mut output).unwrap();
        assert_eq!(output.take_contiguous(), pong);
    }
}

#[test]
fn every_error_type_has_a_reply_to_every_kind_of_message() {
    for error in ErrorType::ALL {
        for kind in 0..=4 {
            let direction = if kind == 2 {
                Direction::ServerToClient
            } else {
                Direction::ClientToServer
            };
            let message = decode(&frame(kind, b"payload"), direction);
            let mut output = Output::new();
            Codecs::new()
                .on_error(
                    &message,
                    &Error {
                        r#type: error,
                        message: "text",
                    },
                    &mut output,
                )
                .unwrap();
            if message.kind() != MessageType::Request {
                assert!(
                    !output.has_remaining(),
                    "only a request is owed a reply, not a {}",
                    message.kind()
                );
                continue;
            }
            let reply = decode(&output.take_contiguous(), Direction::ServerToClient);
            assert_eq!(
                (reply.kind(), reply.status()),
                (MessageType::Error, Some(ResponseStatus::Error))
            );
            assert_eq!(reply.request_id(), message.request_id());
            let expected = match error {
                ErrorType::RouteNotFound => 44,
                ErrorType::OverLimit => 29,
                _ => 50,
            };
            assert_eq!(Rpc::read_frame(reply.frame()).unwrap().status, expected);
        }
        let mut output = Output::new();
        let empty = Metadata::new(Direction::ClientToServer);
        Codecs::new()
            .on_error(
                &empty,
                &Error {
                    r#type: error,
                    message: "",
                },
                &mut output,
            )
            .unwrap();
        assert_eq!(
            decode(&output.take_contiguous(), Direction::ServerToClient).kind(),
            MessageType::Error
        );
    }
}

#[test]
fn a_ping_yields_one_pong_with_its_id_and_nothing_else_does() {
    for kind in 0..=4 {
        let direction = if kind == 2 {
            Direction::ServerToClient
        } else {
            Direction::ClientToServer
        };
        let message = decode(&frame(kind, b""), direction);
        let mut output = Output::new();
        Codecs::new()
            .heartbeat_reply(&message, &mut output)
            .unwrap();
        assert_eq!(output.has_remaining(), message.kind() == MessageType::Ping);
        if message.kind() == MessageType::Ping {
            let pong = decode(&output.take_contiguous(), Direction::ServerToClient);
            assert_eq!(
                (pong.kind(), pong.request_id()),
                (MessageType::Pong, message.request_id())
            );
        }
    }
}

#[test]
fn waiting_is_exact_once_the_lengths_are_there() {
    let whole = frame(0, b"payload");
    for cut in 0..whole.len() {
        let mut metadata = Metadata::default();
        let status = Codecs::new().decode(&whole[..cut], &mut metadata).unwrap();
        let DecodeStatus::WaitForData { at_least } = status else {
            panic!("cut at {cut}: {status:?}")
        };
        assert!(
            (1..=whole.len() - cut).contains(&at_least),
            "cut at {cut}: {at_least}"
        );
        if cut >= 8 {
            assert_eq!(at_least, whole.len() - cut);
        }
        assert_eq!(metadata.properties().count(), 0);
    }
}

#[test]
fn a_header_is_appended_with_what_extends_it_and_a_shared_body() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Fixed {
        #[header(frame_len, max = 20)]
        length: u16,
        meta: u8,
    }

    let (fixed, varied) = (Fixed { length: 0, meta: 2 }, header(0));
    let (extension, body) = (Bytes::from_static(b"ex"), Bytes::from_static(b"body"));
    let mut output = Output::new();
    fixed.append_shared(&extension, &body, &mut output).unwrap();
    assert_eq!(output.take_contiguous(), b"\0\x09\x02exbody"[..]);
    varied
        .append_shared(&extension, &body, &mut output)
        .unwrap();
    let message = output.take_contiguous();
    let (view, sizes) = Rpc::view_sized(&message).unwrap();
    assert_eq!((view.id(), sizes.body), (varied.id, 4));
    assert!(message.ends_with(b"exbody"));

    output.push(b"before");
    let large = Bytes::from(vec![0; 20]);
    assert!(
        fixed
            .append_shared(&extension, &large, &mut output)
            .is_err()
    );
    assert_eq!(output.take_contiguous(), b"before"[..]);
}
