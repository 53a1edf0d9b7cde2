//! What a peer may not do, and what must be borne.

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::frame::{
    ACK, END_HEADERS, END_STREAM, FrameHeader, HEADER_LEN, Kind, PADDED, PREFACE, PRIORITY,
};
use super::super::{Http2Error, hpack};
use super::*;

const SERVER: Role = Role::Server {
    max_concurrent_streams: 10,
};
const WHOLE: u8 = END_HEADERS | END_STREAM;

fn frame(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader {
        len: payload.len() as u32,
        kind,
        flags,
        stream,
    };
    [&header.write()[..], payload].concat()
}

fn block(fields: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = BytesMut::new();
    for (name, value) in fields {
        hpack::encode(&mut block, name, value);
    }
    block.to_vec()
}

/// An end that has the peer's SETTINGS, and nothing in its output. A client has opened stream 1.
fn settled(role: Role) -> Http2 {
    let mut http = Http2::new(role);
    let settings = frame(Kind::Settings, 0, 0, &[]);
    let preface: &[u8] = if role == Role::Client { b"" } else { PREFACE };
    let told = http.receive(&[preface, &settings].concat(), |_, _| panic!("an event"));
    assert_eq!(told, Ok(()));
    if let Some(stream) = http.open() {
        http.headers(stream, REQUEST, true);
    }
    http.output().clear();
    http
}

/// What is told of these bytes.
fn hear(http: &mut Http2, bytes: &[u8]) -> (Vec<Told>, Result<(), Http2Error>) {
    let mut told = Vec::new();
    let result = http.receive(bytes, |_, event| told.push(Told::of(&event)));
    (told, result)
}

#[test]
fn the_beginning_is_as_the_rfc_says() {
    let mut client = Http2::new(Role::Client);
    assert!(client.output().starts_with(PREFACE));
    let settings = frame(
        Kind::Settings,
        0,
        0,
        b"\0\x02\0\0\0\0\0\x04\x01\0\0\0\0\x06\0\x01\0\0",
    );
    let window = frame(
        Kind::WindowUpdate,
        0,
        0,
        &(0x1000_0000_u32 - 65_535).to_be_bytes(),
    );
    assert_eq!(
        client.output()[PREFACE.len()..],
        [settings, window].concat()
    );
    let mut server = Http2::new(SERVER);
    assert_eq!(server.output()[..HEADER_LEN], [0, 0, 18, 4, 0, 0, 0, 0, 0]);
    assert_eq!(server.output()[9..15], *b"\0\x03\0\0\0\x0a");
}

#[test]
fn the_first_block_begins_with_a_size_update() {
    let mut client = Http2::new(Role::Client);
    client.output().clear();
    let mut first_bytes = Vec::new();
    for _ in 0..2 {
        let stream = client.open().expect("there is room");
        client.headers(stream, REQUEST, true);
        first_bytes.push(client.output().split()[HEADER_LEN]);
    }
    assert_eq!(first_bytes, [0x20, 0x83]);
    let settings = frame(Kind::Settings, 0, 0, b"\0\x01\0\0\0\0");
    assert_eq!(hear(&mut client, &settings), (vec![], Ok(())));
    client.output().clear();
    let stream = client.open().expect("there is room");
    client.headers(stream, REQUEST, true);
    assert_eq!(client.output()[HEADER_LEN], 0x20);
}

#[test]
fn settings_and_pings_are_answered() {
    let mut client = settled(Role::Client);
    let bytes = [
        frame(Kind::Settings, 0, 0, b"\0\x99\0\0\0\0\0\x02\0\0\0\0"),
        frame(Kind::Settings, ACK, 0, &[]),
        frame(Kind::Ping, 0, 0, b"12345678"),
        frame(Kind::Ping, ACK, 0, b"12345678"),
        frame(Kind::Unknown(0x42), 0xff, 77, b"whatever"),
        frame(Kind::Priority, 0, 1, &[0; 5]),
    ];
    assert_eq!(hear(&mut client, &bytes.concat()), (vec![], Ok(())));
    let expected = [
        frame(Kind::Settings, ACK, 0, &[]),
        frame(Kind::Ping, ACK, 0, b"12345678"),
    ];
    assert_eq!(client.output()[..], expected.concat());
}

#[test]
fn interim_responses_are_passed_over_and_trailers_end() {
    let mut client = settled(Role::Client);
    let bytes = [
        frame(
            Kind::Headers,
            END_HEADERS,
            1,
            &block(&[(b":status", b"103")]),
        ),
        frame(Kind::Headers, END_HEADERS, 1, &block(&RESPONSE)),
        frame(Kind::Data, 0, 1, b"a"),
        frame(Kind::Data, 0, 1, b""),
        frame(Kind::Headers, WHOLE, 1, &block(&[(b"x", b"y")])),
    ];
    let expected = vec![
        Told::Headers(1, owned(RESPONSE), false),
        Told::Data(1, b"a".to_vec(), false),
        Told::Data(1, vec![], true),
    ];
    assert_eq!(hear(&mut client, &bytes.concat()), (expected, Ok(())));
    assert_eq!(client.open_streams(), 0);
}

#[test]
fn padding_and_priority_are_left_out() {
    let mut server = settled(SERVER);
    let payload = [&[3, 0, 0, 0, 0, 16][..], &block(&REQUEST), &[0; 3]].concat();
    let bytes = frame(Kind::Headers, WHOLE | PADDED | PRIORITY, 1, &payload);
    let expected = vec![Told::Headers(1, owned(REQUEST), true)];
    assert_eq!(hear(&mut server, &bytes), (expected, Ok(())));
}

/// One stream suffers, and the connection goes on.
#[test]
fn some_mistakes_cost_a_stream() {
    let request = frame(Kind::Headers, END_HEADERS, 1, &block(&REQUEST));
    let whole_request = frame(Kind::Headers, WHOLE, 1, &block(&REQUEST));
    let response = frame(Kind::Headers, END_HEADERS, 1, &block(&RESPONSE));
    let first = Told::Headers(1, owned(REQUEST), false);
    let whole_first = Told::Headers(1, owned(REQUEST), true);
    let first_response = Told::Headers(1, owned(RESPONSE), false);
    let data = frame(Kind::Data, 0, 1, b"a");
    let trailers = frame(Kind::Headers, END_HEADERS, 1, &block(&[(b"x", b"y")]));
    let block_of =
        |fields: &[(&[u8], &[u8])], flags| frame(Kind::Headers, flags, 1, &block(fields));
    let cases: Vec<(Role, Vec<u8>, Vec<Told>, ErrorCode)> = vec![
        (
            SERVER,
            [&whole_request[..], &data].concat(),
            vec![whole_first.clone()],
            ErrorCode::STREAM_CLOSED,
        ),
        (
            SERVER,
            [&whole_request[..], &trailers].concat(),
            vec![whole_first],
            ErrorCode::STREAM_CLOSED,
        ),
        (
            SERVER,
            [&request[..], &trailers].concat(),
            vec![first],
            ErrorCode::PROTOCOL_ERROR,
        ),
        (
            Role::Client,
            [&response[..], &trailers].concat(),
            vec![first_response],
            ErrorCode::PROTOCOL_ERROR,
        ),
        (Role::Client, data, vec![], ErrorCode::PROTOCOL_ERROR),
        (
            Role::Client,
            block_of(&[(b":status", b"100")], WHOLE),
            vec![],
            ErrorCode::PROTOCOL_ERROR,
        ),
        (
            Role::Client,
            block_of(&[(b":status", b"20")], WHOLE),
            vec![],
            ErrorCode::PROTOCOL_ERROR,
        ),
        (
            Role::Client,
            block_of(&[(b"x", b"y")], WHOLE),
            vec![],
            ErrorCode::PROTOCOL_ERROR,
        ),
        (
            Role::Client,
            block_of(&[(b"x", b"y"), (b":status", b"200")], WHOLE),
            vec![],
            ErrorCode::PROTOCOL_ERROR,
        ),
    ];
    for (role, bytes, mut expected, code) in cases {
        let mut http = settled(role);
        expected.push(Told::Reset(1, code));
        assert_eq!(hear(&mut http, &bytes), (expected, Ok(())), "{bytes:?}");
        assert_eq!(
            http.output()[..],
            frame(Kind::RstStream, 0, 1, &code.0.to_be_bytes())
        );
        assert_eq!(http.open_streams(), 0);
    }
}

/// Of a request that is none, nothing is told.
#[test]
fn requests_need_a_method_and_a_path() {
    let cases: [&[(&[u8], &[u8])]; 4] = [
        &[(b":method", b"POST")],
        &[(b":path", b"/"), (b":method", b"")],
        &[(b":path", b"/"), (b"x", b"y"), (b":method", b"POST")],
        &[],
    ];
    for fields in cases {
        let mut server = settled(SERVER);
        let bytes = frame(Kind::Headers, WHOLE, 1, &block(fields));
        assert_eq!(hear(&mut server, &bytes), (vec![], Ok(())));
        let expected = frame(Kind::RstStream, 0, 1, &[0, 0, 0, 1]);
        assert_eq!(server.output()[..], expected);
    }
}

#[test]
fn other_mistakes_cost_the_connection() {
    let on = |kind, stream| Http2Error::FrameStream { kind, stream };
    let len = |kind, len| Http2Error::FrameLength { kind, len };
    let headers = block(&REQUEST);
    let cases = [
        (frame(Kind::Data, 0, 0, b"a"), on(Kind::Data, 0)),
        (frame(Kind::Data, 0, 9, b"a"), on(Kind::Data, 9)),
        (
            frame(Kind::Headers, WHOLE, 0, &headers),
            on(Kind::Headers, 0),
        ),
        (
            frame(Kind::Headers, WHOLE, 2, &headers),
            on(Kind::Headers, 2),
        ),
        (
            frame(Kind::Headers, WHOLE | PADDED, 1, &[]),
            len(Kind::Headers, 0),
        ),
        (
            frame(Kind::Headers, WHOLE | PRIORITY, 1, &[0; 4]),
            len(Kind::Headers, 4),
        ),
        (
            frame(Kind::Headers, WHOLE | PADDED, 1, &[2, 0]),
            Http2Error::Padding { padding: 2, len: 2 },
        ),
        (
            frame(Kind::Headers, WHOLE, 1, &[0xff]),
            Http2Error::Block(hpack::HpackError::Truncated),
        ),
        (frame(Kind::Priority, 0, 0, &[0; 5]), on(Kind::Priority, 0)),
        (frame(Kind::Priority, 0, 1, &[0; 4]), len(Kind::Priority, 4)),
        (
            frame(Kind::RstStream, 0, 9, &[0; 4]),
            on(Kind::RstStream, 9),
        ),
        (
            frame(Kind::RstStream, 0, 9, &[0; 3]),
            len(Kind::RstStream, 3),
        ),
        (frame(Kind::Settings, 0, 1, &[]), on(Kind::Settings, 1)),
        (frame(Kind::Settings, 0, 0, &[0; 5]), len(Kind::Settings, 5)),
        (
            frame(Kind::Settings, ACK, 0, &[0; 6]),
            len(Kind::Settings, 6),
        ),
        (
            frame(Kind::Settings, 0, 0, b"\0\x04\x80\0\0\0"),
            Http2Error::Setting {
                id: 4,
                value: 0x8000_0000,
            },
        ),
        (
            frame(Kind::Settings, 0, 0, b"\0\x05\0\0\x3f\xff"),
            Http2Error::Setting {
                id: 5,
                value: 16_383,
            },
        ),
        (
            frame(Kind::Settings, 0, 0, b"\0\x02\0\0\0\x02"),
            Http2Error::Setting { id: 2, value: 2 },
        ),
        (
            frame(Kind::PushPromise, END_HEADERS, 1, &[0; 4]),
            on(Kind::PushPromise, 1),
        ),
        (frame(Kind::Ping, 0, 1, &[0; 8]), on(Kind::Ping, 1)),
        (frame(Kind::Ping, 0, 0, &[0; 7]), len(Kind::Ping, 7)),
        (frame(Kind::GoAway, 0, 1, &[0; 8]), on(Kind::GoAway, 1)),
        (frame(Kind::GoAway, 0, 0, &[0; 7]), len(Kind::GoAway, 7)),
        (
            frame(Kind::WindowUpdate, 0, 0, &[0; 3]),
            len(Kind::WindowUpdate, 3),
        ),
        (
            frame(Kind::WindowUpdate, 0, 0, &[0; 4]),
            Http2Error::NoIncrement { stream: 0 },
        ),
        (
            frame(Kind::WindowUpdate, 0, 9, &[0, 0, 0, 1]),
            on(Kind::WindowUpdate, 9),
        ),
        (
            frame(Kind::WindowUpdate, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
            Http2Error::WindowTooLarge { stream: 0 },
        ),
        (
            frame(Kind::Continuation, END_HEADERS, 1, &[]),
            on(Kind::Continuation, 1),
        ),
        (
            [
                frame(Kind::Headers, 0, 1, &headers),
                frame(Kind::Ping, 0, 0, &[0; 8]),
            ]
            .concat(),
            Http2Error::BlockInterrupted {
                kind: Kind::Ping,
                stream: 1,
            },
        ),
        (
            [
                frame(Kind::Headers, 0, 1, &headers),
                frame(Kind::Data, 0, 1, &[]),
            ]
            .concat(),
            Http2Error::BlockInterrupted {
                kind: Kind::Data,
                stream: 1,
            },
        ),
        (
            [
                frame(Kind::Headers, 0, 1, &headers),
                frame(Kind::Continuation, 0, 3, &[]),
            ]
            .concat(),
            Http2Error::BlockInterrupted {
                kind: Kind::Continuation,
                stream: 1,
            },
        ),
        (
            [
                frame(Kind::Headers, 0, 1, &[0; 16_384]),
                frame(Kind::Continuation, 0, 1, &[0; 16_384]).repeat(8),
            ]
            .concat(),
            Http2Error::BlockTooLong { limit: 131_072 },
        ),
    ];
    for (bytes, error) in cases {
        let mut server = settled(SERVER);
        assert_eq!(hear(&mut server, &bytes), (vec![], Err(error)));
        let payload = [[0; 4], error.code().0.to_be_bytes()].concat();
        assert_eq!(server.output()[..], frame(Kind::GoAway, 0, 0, &payload));
        assert_eq!(hear(&mut server, &bytes), (vec![], Err(error)));
    }
}

#[test]
fn streams_beyond_the_limit_are_refused() {
    let role = Role::Server {
        max_concurrent_streams: 1,
    };
    let mut server = settled(role);
    let bytes = [
        frame(Kind::Settings, ACK, 0, &[]),
        frame(Kind::Headers, WHOLE, 1, &block(&REQUEST)),
        frame(Kind::Headers, END_HEADERS, 3, &block(&REQUEST)),
        frame(Kind::Data, END_STREAM, 3, b"late"),
    ];
    let expected = vec![Told::Headers(1, owned(REQUEST), true)];
    assert_eq!(hear(&mut server, &bytes.concat()), (expected, Ok(())));
    let refused = frame(Kind::RstStream, 0, 3, &[0, 0, 0, 7]);
    assert_eq!(server.output().split()[..], refused);

    server.headers(1, RESPONSE, true);
    let again = frame(Kind::Headers, WHOLE, 5, &block(&REQUEST));
    let expected = vec![Told::Headers(5, owned(REQUEST), true)];
    assert_eq!(hear(&mut server, &again), (expected, Ok(())));
}

#[test]
fn a_client_is_not_told_of_streams_that_it_did_not_open() {
    let mut client = settled(Role::Client);
    let bytes = frame(Kind::Headers, WHOLE, 3, &block(&RESPONSE));
    let error = Http2Error::FrameStream {
        kind: Kind::Headers,
        stream: 3,
    };
    assert_eq!(hear(&mut client, &bytes), (vec![], Err(error)));
}

#[test]
fn settings_come_first() {
    for (kind, flags) in [(Kind::Ping, 0), (Kind::Data, 0), (Kind::Settings, ACK)] {
        let mut client = Http2::new(Role::Client);
        let bytes = frame(kind, flags, 0, &[]);
        let error = Http2Error::NoSettings { kind };
        assert_eq!(hear(&mut client, &bytes), (vec![], Err(error)));
    }
}

#[test]
fn a_window_of_a_stream_is_bounded() {
    let mut client = settled(Role::Client);
    let stream = client.open().expect("there is room");
    client.headers(stream, REQUEST, false);
    let settings = frame(Kind::Settings, 0, 0, b"\0\x04\x7f\xff\xff\xff");
    assert_eq!(hear(&mut client, &settings), (vec![], Ok(())));
    let update = frame(Kind::WindowUpdate, 0, stream, &[0, 0, 0, 1]);
    let error = Http2Error::WindowTooLarge { stream };
    assert_eq!(hear(&mut client, &update), (vec![], Err(error)));
}

/// Half of a window is given back at once, also for streams that are no more.
#[test]
fn windows_are_kept_open() {
    let windows = Windows {
        stream: 40_000,
        connection: 70_000,
    };
    let mut server = Http2::with_windows(SERVER, windows);
    let begin = [
        PREFACE.to_vec(),
        frame(Kind::Settings, 0, 0, &[]),
        frame(Kind::Headers, END_HEADERS, 1, &block(&REQUEST)),
    ];
    let (told, result) = hear(&mut server, &begin.concat());
    assert_eq!((told.len(), result), (1, Ok(())));
    server.output().clear();
    let data = frame(Kind::Data, 0, 1, &[0; 16_000]);
    let (_, result) = hear(&mut server, &data.repeat(2));
    assert_eq!(result, Ok(()));
    let update = |stream, by: u32| frame(Kind::WindowUpdate, 0, stream, &by.to_be_bytes());
    assert_eq!(server.output().split()[..], update(1, 32_000));
    server.reset(1, ErrorCode::CANCEL);
    server.output().clear();
    assert_eq!(hear(&mut server, &data), (vec![], Ok(())));
    assert_eq!(server.output()[..], update(0, 48_000));
}

#[test]
fn a_window_of_a_stream_that_ends_is_left_alone() {
    let windows = Windows {
        stream: 40_000,
        connection: 70_000,
    };
    let mut client = Http2::with_windows(Role::Client, windows);
    let stream = client.open().expect("there is room");
    client.headers(stream, REQUEST, true);
    client.output().clear();
    let bytes = [
        frame(Kind::Settings, 0, 0, &[]),
        frame(Kind::Headers, END_HEADERS, 1, &block(&RESPONSE)),
        frame(Kind::Data, 0, 1, &[0; 16_000]),
        frame(Kind::Data, END_STREAM, 1, &[0; 16_000]),
    ];
    let (told, result) = hear(&mut client, &bytes.concat());
    assert_eq!((told.len(), result), (3, Ok(())));
    assert_eq!(client.output()[..], frame(Kind::Settings, ACK, 0, &[]));
}

/// GOAWAY says all that there is to say of later streams.
#[test]
fn streams_after_go_away_are_passed_over() {
    let mut server = settled(SERVER);
    server.go_away();
    assert_eq!(
        server.output().split()[..],
        frame(Kind::GoAway, 0, 0, &[0; 8])
    );
    let bytes = [
        frame(Kind::Headers, END_HEADERS, 1, &block(&REQUEST)),
        frame(Kind::Data, END_STREAM, 1, b"late"),
    ];
    assert_eq!(hear(&mut server, &bytes.concat()), (vec![], Ok(())));
    assert!(server.output().is_empty());
}

/// Frames that are more or less what they should be.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let kind = 0_u8..11;
    let flags = prop_oneof![Just(0), Just(END_HEADERS), Just(WHOLE), any::<u8>()];
    let payload = prop_oneof![
        Just(block(&REQUEST)),
        Just(block(&RESPONSE)),
        Just(vec![0, 0, 0, 1]),
        Just(vec![0; 8]),
        Just(b"\0\x04\0\0\0\x09".to_vec()),
        vec(any::<u8>(), 0..20),
    ];
    let frame = (kind, flags, 0_u32..8, payload).prop_map(|(kind, flags, stream, payload)| {
        super::rules::frame(Kind::from_byte(kind), flags, stream, &payload)
    });
    vec(frame, 0..12).prop_map(|frames| frames.concat())
}

/// All that is told, with neighbouring DATA of a stream joined, what is written, and how it ends.
fn outcome(role: Role, parts: &[&[u8]]) -> (Vec<Told>, Vec<u8>, Result<(), Http2Error>) {
    let mut http = settled(role);
    let mut all: Vec<Told> = Vec::new();
    let mut result = Ok(());
    for part in parts {
        let told;
        (told, result) = hear(&mut http, part);
        for event in told {
            match (all.last_mut(), event) {
                (
                    Some(Told::Data(this, joined, is_last @ false)),
                    Told::Data(stream, bytes, end),
                ) if *this == stream => {
                    joined.extend(bytes);
                    *is_last = end;
                }
                (_, event) => all.push(event),
            }
        }
    }
    (all, http.output().to_vec(), result)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_taken_or_refused(bytes in vec(any::<u8>(), 0..200), is_client in any::<bool>()) {
        let role = if is_client { Role::Client } else { SERVER };
        let (told, ..) = outcome(role, &[&bytes]);
        prop_assert!(told.len() <= bytes.len());
    }

    #[test]
    fn cuts_make_no_difference(
        bytes in frames(), is_client in any::<bool>(), cuts in vec(0_usize..400, 0..8),
    ) {
        let role = if is_client { Role::Client } else { SERVER };
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let parts: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
        prop_assert_eq!(outcome(role, &parts), outcome(role, &[&bytes]));
    }
}
