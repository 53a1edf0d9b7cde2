//! Conversations of two of our own ends.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::super::{frame, settings};
use super::*;

#[test]
fn a_request_is_answered() {
    let mut pair = Pair::new(10);
    assert_eq!(pair.request(true), 1);
    let (by_client, by_server) = pair.settle();
    assert_eq!(by_client, []);
    assert_eq!(by_server, [Told::Headers(1, owned(REQUEST), true)]);

    pair.server.headers(1, RESPONSE, false);
    pair.server.data(1, Bytes::from_static(b"pong"), true);
    let (by_client, by_server) = pair.settle();
    assert_eq!(by_server, []);
    let expected = [
        Told::Headers(1, owned(RESPONSE), false),
        Told::Data(1, b"pong".to_vec(), true),
    ];
    assert_eq!(by_client, expected);
    assert_eq!(pair.client.open_streams() + pair.server.open_streams(), 0);
    assert_eq!(pair.client.open(), Some(3));
}

#[test]
fn a_server_answers_while_it_is_told() {
    let mut pair = Pair::new(10);
    pair.request(true);
    let request = pair.client.output().split();
    let told = pair.server.receive(&request, |http, event| {
        let Event::Headers { stream, fields, .. } = event else {
            panic!("{event:?}");
        };
        assert_eq!(fields.get(b":path"), Some(&b"/echo?1f"[..]));
        let cmd = fields.get(b"mp-cmd").expect("the request has it");
        http.headers(
            stream,
            [(&b":status"[..], &b"200"[..]), (b"mp-cmd", cmd)],
            true,
        );
    });
    assert_eq!(told, Ok(()));
    let (by_client, _) = pair.settle();
    let fields = owned([(&b":status"[..], &b"200"[..]), (b"mp-cmd", b"24")]);
    assert_eq!(by_client, [Told::Headers(1, fields, true)]);
}

/// 100 streams before SETTINGS, then as many as they say, then as streams end.
#[test]
fn streams_wait_for_room() {
    let mut pair = Pair::new(103);
    let mut opened = 0;
    while pair.client.can_open() {
        pair.request(true);
        opened += 1;
    }
    assert_eq!(opened, 100);
    assert_eq!(pair.client.open(), None);
    let (by_client, by_server) = pair.settle();
    assert_eq!((by_client, by_server.len()), (vec![Told::Room], 100));
    for _ in 0..3 {
        pair.request(true);
    }
    assert_eq!(pair.client.open(), None);
    assert_eq!(pair.settle().0, []);
    pair.server.headers(7, RESPONSE, true);
    let (by_client, _) = pair.settle();
    let expected = [Told::Headers(7, owned(RESPONSE), true), Told::Room];
    assert_eq!(by_client, expected);
    assert!(pair.client.can_open());
}

/// Until its SETTINGS arrive, a server bears with more streams than it wants.
#[test]
fn early_streams_are_taken() {
    let mut pair = Pair::new(1);
    pair.request(true);
    pair.request(true);
    let (by_client, by_server) = pair.settle();
    assert_eq!((by_client, by_server.len()), (vec![], 2));
    assert!(!pair.client.can_open());
}

#[test]
fn frames_for_streams_that_were_reset_are_ignored() {
    let mut pair = Pair::new(10);
    pair.request(false);
    pair.settle();
    // Both are on their way at the same time.
    pair.client.reset(1, ErrorCode::CANCEL);
    pair.server.headers(1, RESPONSE, false);
    pair.server.data(1, Bytes::from_static(b"late"), true);
    let (by_client, by_server) = pair.settle();
    assert_eq!(by_client, []);
    assert_eq!(by_server, [Told::Reset(1, ErrorCode::CANCEL)]);
    pair.server.data(1, Bytes::from_static(b"later"), true);
    pair.client.reset(1, ErrorCode::CANCEL);
    assert_eq!(pair.settle(), (vec![], vec![]));
    assert_eq!(pair.client.open_streams() + pair.server.open_streams(), 0);
}

#[test]
fn a_stream_without_a_header_block_is_reset_in_silence() {
    let mut pair = Pair::new(10);
    pair.settle();
    let stream = pair.client.open().expect("there is room");
    pair.client.reset(stream, ErrorCode::CANCEL);
    assert!(pair.client.output().is_empty());
    pair.request(true);
    let (_, by_server) = pair.settle();
    assert_eq!(by_server, [Told::Headers(3, owned(REQUEST), true)]);
}

#[test]
fn a_server_that_goes_away_serves_what_it_has() {
    let mut pair = Pair::new(10);
    pair.request(true);
    pair.settle();
    pair.server.go_away();
    pair.server.go_away();
    pair.request(false);
    pair.client.data(3, Bytes::from_static(b"lost"), false);
    let (by_client, by_server) = pair.settle();
    let expected = [Told::GoAway(1), Told::Reset(3, ErrorCode::REFUSED_STREAM)];
    assert_eq!((&by_client[..], by_server), (&expected[..], vec![]));
    assert!(pair.client.is_draining());
    assert_eq!(pair.client.open(), None);
    pair.server.headers(1, RESPONSE, true);
    let (by_client, _) = pair.settle();
    assert_eq!(by_client, [Told::Headers(1, owned(RESPONSE), true)]);
}

#[test]
fn a_client_that_goes_away_opens_no_more() {
    let mut pair = Pair::new(10);
    pair.request(true);
    pair.client.go_away();
    assert!(pair.client.is_draining());
    assert_eq!(pair.client.open(), None);
    let (by_client, by_server) = pair.settle();
    let expected = [Told::Headers(1, owned(REQUEST), true), Told::GoAway(0)];
    assert_eq!((by_client, &by_server[..]), (vec![], &expected[..]));
    assert!(pair.server.is_draining());
}

#[test]
fn ids_are_used_up_one_day() {
    let mut client = Http2::new(Role::Client);
    client.last = 0x7fff_fffd;
    assert!(!client.exhausted());
    assert_eq!(client.open(), Some(0x7fff_ffff));
    assert!(client.exhausted());
    assert_eq!(client.open(), None);
}

/// More than a frame: CONTINUATION.
#[test]
fn long_header_blocks_arrive() {
    let mut pair = Pair::new(10);
    let value = vec![b'v'; 50_000];
    let fields = REQUEST.into_iter().chain([(&b"mp-long"[..], &value[..])]);
    let stream = pair.client.open().expect("there is room");
    pair.client.headers(stream, fields.clone(), true);
    let (_, by_server) = pair.settle();
    assert_eq!(by_server, [Told::Headers(1, owned(fields), true)]);
}

/// The stream alone suffers, on either side.
#[test]
fn header_lists_are_bounded() {
    let mut pair = Pair::new(10);
    pair.request(true);
    pair.settle();
    let value = vec![b'v'; 65_536];
    let long = [(&b"mp-long"[..], &value[..])];
    let stream = pair.client.open().expect("there is room");
    pair.client
        .headers(stream, REQUEST.into_iter().chain(long), true);
    pair.server
        .headers(1, RESPONSE.into_iter().chain(long), true);
    let (by_client, by_server) = pair.settle();
    assert_eq!(by_server, []);
    let expected = [
        Told::Reset(1, ErrorCode::ENHANCE_YOUR_CALM),
        Told::Reset(3, ErrorCode::ENHANCE_YOUR_CALM),
    ];
    assert_eq!(by_client, expected);
}

#[test]
fn data_waits_for_the_window_of_its_stream() {
    let mut pair = Pair::new(10);
    pair.settle();
    let mut small = bytes::BytesMut::new();
    frame::settings(&mut small, &[(settings::INITIAL_WINDOW_SIZE, 5)]);
    let told = pair.client.receive(&small, |_, event| panic!("{event:?}"));
    assert_eq!(told, Ok(()));
    pair.client.output().clear();
    pair.request(false);
    pair.client.data(1, Bytes::from_static(b"abcdefg"), false);
    pair.client.data(1, Bytes::from_static(b"hij"), true);
    assert_eq!(pair.client.queued(), 5);
    let (_, by_server) = pair.settle();
    assert_eq!(by_server[1..], [Told::Data(1, b"abcde".to_vec(), false)]);

    // Smaller by 4: the window is -4 and must grow past 0.
    small.clear();
    frame::settings(&mut small, &[(settings::INITIAL_WINDOW_SIZE, 1)]);
    frame::window_update(&mut small, 1, 4);
    let told = pair.client.receive(&small, |_, event| panic!("{event:?}"));
    assert_eq!(told, Ok(()));
    let ack_only = pair.client.output().split();
    assert_eq!(ack_only.len(), frame::HEADER_LEN);
    small.clear();
    frame::window_update(&mut small, 1, 100);
    let told = pair.client.receive(&small, |_, event| panic!("{event:?}"));
    assert_eq!((told, pair.client.queued()), (Ok(()), 0));
    let (_, by_server) = pair.settle();
    let expected = [
        Told::Data(1, b"fg".to_vec(), false),
        Told::Data(1, b"hij".to_vec(), true),
    ];
    assert_eq!(by_server, expected);
}

/// All share the window of the connection, which no SETTINGS change; what is reset meanwhile leaves nothing behind.
#[test]
fn streams_take_turns() {
    let mut pair = Pair::new(10);
    let large = Bytes::from(vec![0; 200_000]);
    for _ in 0..3 {
        let stream = pair.request(false);
        pair.client.data(stream, large.clone(), true);
    }
    assert_eq!(pair.client.queued(), 600_000 - 65_535);
    pair.client.reset(3, ErrorCode::CANCEL);
    let (_, by_server) = pair.settle();
    assert_eq!(pair.client.queued(), 0);
    let ends = by_server
        .iter()
        .filter(|told| matches!(told, Told::Data(_, _, true)));
    assert_eq!(ends.count(), 2);
    let streams = by_server.iter().filter_map(|told| match told {
        Told::Data(stream, ..) => Some(*stream),
        _ => None,
    });
    let mut turns: Vec<u32> = streams.collect();
    turns.dedup();
    assert!(turns.len() > 10, "{turns:?}");
}

/// Something that happens between two ends.
#[derive(Clone, Debug)]
enum Step {
    Open {
        end: bool,
    },
    /// A piece of a request or a response.
    Data {
        of_client: bool,
        stream: Index,
        len: usize,
        end: bool,
    },
    Respond {
        stream: Index,
        end: bool,
    },
    Reset {
        of_client: bool,
        stream: Index,
    },
    /// So many bytes travel.
    Move {
        to_client: bool,
        len: usize,
    },
    /// An end changes the initial window of the other's streams.
    Resize {
        of_client: bool,
        size: u32,
    },
    Ping {
        of_client: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let side = any::<bool>();
    let stream = any::<Index>();
    let len = prop_oneof![0_usize..100, 0_usize..70_000];
    let step = prop_oneof![
        2 => any::<bool>().prop_map(|end| Step::Open { end }),
        6 => (side, stream.clone(), len.clone(), prop::bool::weighted(0.2)).prop_map(
            |(of_client, stream, len, end)| Step::Data { of_client, stream, len, end }
        ),
        2 => (stream.clone(), any::<bool>())
            .prop_map(|(stream, end)| Step::Respond { stream, end }),
        1 => (side, stream).prop_map(|(of_client, stream)| Step::Reset { of_client, stream }),
        8 => (side, len).prop_map(|(to_client, len)| Step::Move { to_client, len }),
        1 => (side, 20_000_u32..100_000)
            .prop_map(|(of_client, size)| Step::Resize { of_client, size }),
        1 => side.prop_map(|of_client| Step::Ping { of_client }),
    ];
    vec(step, 1..80)
}

/// One end with all that it said and heard.
struct Side {
    http: Http2,
    /// What it wrote and the other has not read.
    wire: Vec<u8>,
    said: Bodies,
    heard: Bodies,
    /// Streams that either side reset.
    lost: Vec<u32>,
    /// A byte that no other piece has.
    next: u8,
}

impl Side {
    fn new(role: Role) -> Self {
        let windows = Windows {
            stream: 40_000,
            connection: 70_000,
        };
        Self {
            http: Http2::with_windows(role, windows),
            wire: Vec::new(),
            said: Bodies::default(),
            heard: Bodies::default(),
            lost: Vec::new(),
            next: 0,
        }
    }

    fn flush(&mut self) {
        self.wire.extend_from_slice(&self.http.output().split());
    }

    fn hear(&mut self, bytes: &[u8]) {
        let Self {
            http, heard, lost, ..
        } = self;
        let told = http.receive(bytes, |_, event| {
            heard.note(&event);
            if let Event::Reset { stream, .. } = event {
                lost.push(stream);
            }
        });
        told.expect("the other side keeps the rules");
    }

    fn headers(&mut self, stream: u32, fields: &[(&'static [u8], &'static [u8])], end: bool) {
        self.http.headers(stream, fields.iter().copied(), end);
        self.said.0.entry(stream).or_default().is_whole = end;
    }

    fn data(&mut self, stream: u32, len: usize, end: bool) {
        let Some(body) = self.said.0.get_mut(&stream).filter(|body| !body.is_whole) else {
            return;
        };
        self.next = self.next.wrapping_add(1);
        let bytes: Vec<u8> = (0..len).map(|place| place as u8 ^ self.next).collect();
        body.bytes.extend_from_slice(&bytes);
        body.is_whole = end;
        self.http.data(stream, bytes.into(), end);
    }

    fn pick(&self, index: &Index) -> Option<u32> {
        let streams: Vec<u32> = self.said.0.keys().copied().collect();
        (!streams.is_empty()).then(|| *index.get(&streams))
    }
}

fn carry(from: &mut Side, to: &mut Side, len: usize) -> bool {
    from.flush();
    let bytes: Vec<u8> = from.wire.drain(..len.min(from.wire.len())).collect();
    to.hear(&bytes);
    !bytes.is_empty()
}

fn take(step: &Step, client: &mut Side, server: &mut Side) {
    match step {
        Step::Open { end } => {
            if let Some(stream) = client.http.open() {
                client.headers(stream, &REQUEST, *end);
            }
        }
        Step::Respond { stream, end } => {
            let heard: Vec<u32> = server.heard.0.keys().copied().collect();
            if !heard.is_empty() {
                let stream = *stream.get(&heard);
                if !server.said.0.contains_key(&stream) {
                    server.headers(stream, &RESPONSE, *end);
                }
            }
        }
        Step::Data {
            of_client,
            stream,
            len,
            end,
        } => {
            let side = if *of_client { client } else { server };
            if let Some(stream) = side.pick(stream) {
                side.data(stream, *len, *end);
            }
        }
        Step::Reset { of_client, stream } => {
            let side = if *of_client { client } else { server };
            if let Some(stream) = side.pick(stream) {
                side.http.reset(stream, ErrorCode::CANCEL);
                side.lost.push(stream);
            }
        }
        Step::Move {
            to_client: true,
            len,
        } => _ = carry(server, client, *len),
        Step::Move {
            to_client: false,
            len,
        } => _ = carry(client, server, *len),
        Step::Resize { of_client, size } => {
            let side = if *of_client { client } else { server };
            let settings = [(settings::INITIAL_WINDOW_SIZE, *size)];
            frame::settings(side.http.output(), &settings);
        }
        Step::Ping { of_client } => {
            let side = if *of_client { client } else { server };
            let ping = b"\0\0\x08\x06\0\0\0\0\0pingpong";
            side.http.output().extend_from_slice(ping);
        }
    }
}

/// What arrived is what was sent, of lost streams a beginning of it.
fn compare(from: &Side, to: &Side, lost: &[u32]) {
    for (stream, said) in &from.said.0 {
        let heard = to.heard.0.get(stream);
        if lost.contains(stream) {
            let heard = heard.map_or(&[][..], |heard| &heard.bytes);
            assert!(said.bytes.starts_with(heard), "stream {stream}");
        } else {
            assert!(heard == Some(said), "stream {stream}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn all_data_arrives(steps in steps()) {
        let mut client = Side::new(Role::Client);
        let mut server = Side::new(Role::Server { max_concurrent_streams: 4 });
        for step in &steps {
            take(step, &mut client, &mut server);
        }
        while carry(&mut client, &mut server, usize::MAX) | carry(&mut server, &mut client, usize::MAX) {}
        prop_assert_eq!((client.http.queued(), server.http.queued()), (0, 0));
        let lost = [&client.lost[..], &server.lost].concat();
        compare(&client, &server, &lost);
        compare(&server, &client, &lost);
        prop_assert_eq!(client.http.open_streams(), server.http.open_streams());
    }
}
