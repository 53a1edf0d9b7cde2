//! Both halves, joined without Envoy: what one writes to HTTP, the other reads.

use std::sync::Arc;

use bytes::{Buf, Bytes};
use metaproto_codec::{
    Codec, Direction, Header, HeaderCodec, Limits, MessageType, Metadata, Next, Session,
};
use proptest::prelude::*;

use crate::config::Config;
use crate::downstream::Downstream;
use crate::fuzzing::Joined;
use crate::half::{Closing, Half};
use crate::http2::{Event, Http2, Role};
use crate::registry::MakeCodec;
use crate::store::{self, Kept, Lingering};
use crate::tally::{Counter, Tally};
use crate::upstream::Upstream;

/// A protocol with ids, a property that can be set, heartbeats and one-way requests.
#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Call {
    #[header(constant = 0xCA11)]
    magic: u16,
    #[header(frame_len, max = 1 << 20)]
    length: u32,
    #[header(message_type(request = 0, response = 1, oneway = 2, ping = 3, pong = 4))]
    kind: u8,
    #[header(status(ok = 0, route_not_found = 44, over_limit = 29, other = 50))]
    status: u8,
    #[header(request_id)]
    id: u32,
    #[header(len = u8, max = 200, operation)]
    method: String,
    #[header(len = u8, max = 200, metadata = "zone")]
    zone: String,
}

/// A protocol without ids.
#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Plain {
    #[header(frame_len, max = 1 << 16)]
    length: u32,
}

const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;
const ONE_WAY: u8 = 2;
const PING: u8 = 3;

fn call(kind: u8, id: u32, body: &[u8]) -> Vec<u8> {
    let header = Call {
        magic: 0xCA11,
        length: 0,
        kind,
        status: 0,
        id,
        method: "orders/list".to_owned(),
        zone: "blue".to_owned(),
    };
    header.to_frame(body).unwrap()
}

fn plain(body: &[u8]) -> Vec<u8> {
    Plain { length: 0 }.to_frame(body).unwrap()
}

/// A client, both halves and a server.
struct Bridge {
    halves: Joined,
    /// What the client is sent, by message.
    client: Reader,
    /// What the server is sent, by message.
    server: Reader,
}

/// Reads messages.
struct Reader {
    session: Session<Box<dyn Codec>>,
    messages: Vec<Metadata>,
}

impl Reader {
    fn new(make: MakeCodec, direction: Direction) -> Self {
        let session = Session::new(make(), direction, Limits::default());
        let messages = Vec::new();
        Self { session, messages }
    }

    fn read(&mut self, half: &mut impl Half) {
        let output = half.to_peer();
        while output.has_remaining() {
            self.session.receive(output.chunk());
            output.advance(output.chunk().len());
        }
        loop {
            let mut message = Metadata::default();
            match self.session.next_message(&mut message).unwrap() {
                Next::Message { .. } => self.messages.push(message),
                Next::Wait { .. } => return,
            }
        }
    }

    fn frames(&mut self) -> Vec<Bytes> {
        let messages = self.messages.drain(..);
        messages.map(|message| message.share_frame()).collect()
    }
}

impl Bridge {
    fn new(make: MakeCodec, config: &str) -> Self {
        let config = format!(r#"{{"codec": "call"{config}}}"#);
        let config = Arc::new(Config::parse(config.as_bytes()).unwrap());
        Self {
            halves: Joined::new(&config, make),
            client: Reader::new(make, Direction::ServerToClient),
            server: Reader::new(make, Direction::ClientToServer),
        }
    }

    fn of_calls(config: &str) -> Self {
        Self::new(|| Box::new(HeaderCodec::<Call>::new()), config)
    }

    fn of_plain() -> Self {
        Self::new(|| Box::new(HeaderCodec::<Plain>::new()), "")
    }

    /// Lets both halves talk until neither has anything to say.
    fn settle(&mut self) {
        self.halves.settle();
        self.client.read(&mut self.halves.down);
        self.server.read(&mut self.halves.up);
    }

    fn send(&mut self, bytes: &[u8]) {
        self.halves.down.receive(bytes);
        self.settle();
    }

    fn answer(&mut self, bytes: &[u8]) {
        self.halves.up.receive(bytes);
        self.settle();
    }
}

fn counts(tally: &mut Tally, counter: Counter) -> u64 {
    let mut found = 0;
    tally.take_counts(|index, count| {
        if index == counter.index() {
            found += count;
        }
    });
    found
}

fn id(message: &Metadata) -> u32 {
    message.request_id().unwrap().number().unwrap()
}

#[test]
fn responses_find_their_requests_in_any_order() {
    for body in ["", r#", "body": "inline""#] {
        let mut bridge = Bridge::of_calls(body);
        bridge.send(&[call(REQUEST, 900, b"first"), call(REQUEST, 7, b"second")].concat());
        assert_eq!(bridge.server.messages.len(), 2, "{body}");
        let ids: Vec<u32> = bridge.server.messages.iter().map(id).collect();
        assert_ne!(ids[0], ids[1]);
        assert_eq!(bridge.server.messages[1].body(), b"second");

        let second = call(RESPONSE, ids[1], b"to second");
        let first = call(RESPONSE, ids[0], b"to first");
        bridge.answer(&[second, first].concat());
        let expected = [
            call(RESPONSE, 7, b"to second"),
            call(RESPONSE, 900, b"to first"),
        ];
        assert_eq!(bridge.client.frames(), expected);
        drop(bridge);
        assert_eq!((store::entries(), store::bytes()), (0, 0));
    }
}

#[test]
fn clients_keep_their_own_ids_apart() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&[call(REQUEST, 0, b"a"), call(REQUEST, 0, b"b")].concat());
    let ids: Vec<u32> = bridge.server.messages.iter().map(id).collect();
    // A client that uses an id twice can tell its answers apart by nothing but their order.
    bridge.answer(&call(RESPONSE, ids[1], b"to b"));
    assert!(bridge.client.messages.is_empty());
    bridge.answer(&call(RESPONSE, ids[0], b"to a"));
    assert_eq!(
        bridge.client.frames(),
        [call(RESPONSE, 0, b"to a"), call(RESPONSE, 0, b"to b")]
    );
}

#[test]
fn without_ids_order_is_kept() {
    let mut bridge = Bridge::of_plain();
    // The halves know each other when the first request comes.
    bridge.settle();
    bridge.send(&[plain(b"a"), plain(b"b")].concat());
    assert_eq!(
        bridge.server.frames(),
        [plain(b"a")],
        "one request at a time"
    );
    bridge.answer(&plain(b"to a"));
    assert_eq!(bridge.server.frames(), [plain(b"b")]);
    bridge.answer(&plain(b"to b"));
    assert_eq!(bridge.client.frames(), [plain(b"to a"), plain(b"to b")]);
}

#[test]
fn without_ids_order_is_kept_from_the_first_moment_on() {
    for body in ["", r#", "body": "inline""#] {
        let mut bridge = Bridge::new(|| Box::new(HeaderCodec::<Plain>::new()), body);
        // Envoy does not know yet that only one request may be under way.
        bridge.send(&[plain(b"a"), plain(b"b"), plain(b"c")].concat());
        for request in [b"a", b"b", b"c"] {
            assert_eq!(bridge.server.frames(), [plain(request)], "{body}");
            bridge.answer(&plain(request));
        }
        assert_eq!(
            bridge.client.frames(),
            [plain(b"a"), plain(b"b"), plain(b"c")]
        );
    }
}

#[test]
fn one_way_requests_arrive_and_are_not_answered() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&call(ONE_WAY, 5, b"fire"));
    assert_eq!(bridge.server.messages[0].kind(), MessageType::OneWay);
    assert!(bridge.client.messages.is_empty());
    assert!(bridge.halves.down.closing().is_none());
    drop(bridge);
    assert_eq!(store::entries(), 0);
}

#[test]
fn heartbeats_are_answered_on_both_sides() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&call(PING, 5, b""));
    assert_eq!(bridge.client.messages[0].kind(), MessageType::Pong);
    assert_eq!(id(&bridge.client.messages[0]), 5);
    bridge.answer(&call(PING, 6, b""));
    assert_eq!(bridge.server.messages[0].kind(), MessageType::Pong);
    assert_eq!(id(&bridge.server.messages[0]), 6);
}

#[test]
fn forwarded_heartbeats_reach_the_server() {
    let mut bridge = Bridge::of_calls(r#", "heartbeats": "forward""#);
    bridge.send(&call(PING, 5, b""));
    assert_eq!(bridge.server.messages[0].kind(), MessageType::Ping);
    let pong = call(4, id(&bridge.server.messages[0]), b"");
    bridge.answer(&pong);
    assert_eq!(id(&bridge.client.messages[0]), 5);
}

#[test]
fn garbage_closes_a_connection_after_what_came_before_is_answered() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&[&call(REQUEST, 7, b"")[..], b"garbage"].concat());
    assert_eq!(bridge.halves.down.closing(), None);
    assert!(bridge.halves.down.is_full());
    let answer = call(RESPONSE, id(&bridge.server.messages[0]), b"");
    bridge.answer(&answer);
    assert_eq!(bridge.client.messages.len(), 1);
    let Some(Closing::Refused(reason)) = bridge.halves.down.closing() else {
        panic!("{:?}", bridge.halves.down.closing());
    };
    assert!(reason.contains("magic"), "{reason}");
    // A client that is refused may still say that it has ended, which is nothing new.
    bridge.halves.down.end();
    assert_eq!(counts(bridge.halves.down.tally(), Counter::Refused), 1);
}

#[test]
fn a_server_that_sends_garbage_fails_the_requests_that_wait() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&[call(REQUEST, 7, b""), call(REQUEST, 8, b"")].concat());
    bridge.answer(b"garbage");
    let ids: Vec<u32> = bridge.client.messages.iter().map(id).collect();
    assert_eq!(ids.len(), 2);
    assert!(matches!(
        bridge.halves.up.closing(),
        Some(Closing::Refused(_))
    ));
    drop(bridge);
    assert_eq!(store::entries(), 0);
}

#[test]
fn a_client_that_says_all_gets_its_answers_and_then_the_end() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&call(REQUEST, 7, b""));
    bridge.halves.down.end();
    bridge.settle();
    assert_eq!(bridge.halves.down.closing(), None);
    let answer = call(RESPONSE, id(&bridge.server.messages[0]), b"");
    bridge.answer(&answer);
    assert_eq!(bridge.client.messages.len(), 1);
    assert_eq!(bridge.halves.down.closing(), Some(&Closing::Done));
}

#[test]
fn a_connection_that_holds_too_much_is_not_read() {
    let mut bridge = Bridge::of_calls(r#", "limits": {"in_flight": 4}"#);
    let requests: Vec<u8> = (0..9).flat_map(|id| call(REQUEST, id, b"")).collect();
    bridge.send(&requests);
    assert_eq!(bridge.server.messages.len(), 4);
    assert!(bridge.halves.down.is_full());
    for round in 0..9 {
        let answer = call(RESPONSE, id(&bridge.server.messages[round]), b"");
        bridge.answer(&answer);
    }
    assert_eq!(bridge.client.messages.len(), 9);
    assert!(!bridge.halves.down.is_full());
}

#[test]
fn more_requests_than_http_takes_at_first_go_on_as_soon_as_it_takes_more() {
    let mut bridge = Bridge::of_calls("");
    let requests: Vec<u8> = (0..500).flat_map(|id| call(REQUEST, id, b"")).collect();
    bridge.send(&requests);
    assert_eq!(bridge.server.messages.len(), 500, "without an answer");
    assert!(!bridge.halves.down.is_full());
}

#[test]
fn what_is_too_much_for_the_thread_is_refused_to_the_client() {
    let mut bridge = Bridge::of_calls(r#", "limits": {"worker_bytes": 100}"#);
    bridge.send(&call(REQUEST, 7, &[0; 200]));
    assert!(bridge.server.messages.is_empty());
    assert_eq!(id(&bridge.client.messages[0]), 7);
    assert_eq!(bridge.client.messages[0].kind(), MessageType::Error);
    assert_eq!(counts(bridge.halves.down.tally(), Counter::OverLimit), 1);
}

#[test]
fn halves_that_disagree_about_bodies_say_so() {
    let make: MakeCodec = || Box::new(HeaderCodec::<Call>::new());
    let config = |body: &str| {
        let json = format!(r#"{{"codec": "call", "body": "{body}"}}"#);
        Arc::new(Config::parse(json.as_bytes()).unwrap())
    };
    for (down, up, words) in [
        (
            "beside",
            "inline",
            include_str!("../tests/refused/at_run_time/inline_upstream.txt"),
        ),
        (
            "inline",
            "beside",
            include_str!("../tests/refused/at_run_time/inline_downstream.txt"),
        ),
    ] {
        let mut down = Downstream::new(config(down), make);
        let mut up = Upstream::new(config(up), make);
        down.receive(&call(REQUEST, 7, b""));
        let mut response = Vec::new();
        for _ in 0..4 {
            up.receive_http(&down.to_http().split());
            let said = up.to_http().split();
            down.receive_http(&said);
            response.extend_from_slice(&said);
        }
        let response = String::from_utf8_lossy(&response);
        assert!(response.contains(words.trim_end()), "{words}: {response}");
    }
}

#[test]
fn an_upstream_half_that_is_not_spoken_to_in_http2_says_what_the_cluster_lacks() {
    let make: MakeCodec = || Box::new(HeaderCodec::<Call>::new());
    let mut half = Upstream::new(Arc::new(Config::of("call")), make);
    half.receive_http(b"POST / HTTP/1.1\r\nhost: dubbo\r\n\r\n");
    let Some(Closing::Refused(why)) = half.closing() else {
        panic!("not refused");
    };
    let words = include_str!("../tests/refused/at_run_time/cluster_without_http2.txt");
    assert_eq!(why, words.trim_end());
}

#[test]
fn late_and_unknown_responses_are_dropped() {
    let mut bridge = Bridge::of_calls("");
    bridge.answer(&call(RESPONSE, 1234, b""));
    assert!(bridge.halves.up.closing().is_none());
    assert_eq!(counts(bridge.halves.up.tally(), Counter::Late), 1);
}

#[test]
fn a_mirror_whose_request_is_answered_learns_how_it_went() {
    let make: MakeCodec = || Box::new(HeaderCodec::<Call>::new());
    let config = Arc::new(Config::parse(br#"{"codec": "call"}"#).unwrap());
    let mut reader = Reader::new(make, Direction::ClientToServer);
    reader.session.receive(&call(REQUEST, 7, b""));
    let mut request = Metadata::default();
    reader.session.next_message(&mut request).unwrap();
    let kept = Kept::new(request, &config);
    let mut path = "/orders/list?".to_owned();
    kept.token().write(&mut path);

    // What Envoy is to the upstream half.
    let mut envoy = Http2::new(Role::Client);
    let mut mirror = Upstream::new(config, make);
    let stream = envoy.open().unwrap();
    let fields = [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "call"),
        (":path", &path),
        ("mp-zone", "blue"),
    ];
    let fields = fields.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    envoy.headers(stream, fields, true);
    mirror.receive_http(&envoy.output().split());
    reader.read(&mut mirror);
    let mirrored = id(&reader.messages[0]);

    let mut lingering = Lingering::default();
    lingering.push(kept);
    mirror.receive(&call(RESPONSE, mirrored, b"nobody reads it"));
    let mut told = Vec::new();
    let bytes = mirror.to_http().split();
    let received = envoy.receive(&bytes, |_, event| match event {
        Event::Headers { fields, end, .. } => {
            told.push((fields.get(b":status").unwrap().to_vec(), end));
        }
        Event::Room => {}
        other => panic!("{other:?}"),
    });
    received.unwrap();
    assert_eq!(told, [(b"200".to_vec(), true)]);
    drop(lingering);
    assert_eq!(store::entries(), 0);
}

#[test]
fn no_id_of_a_request_is_changed_for_nothing() {
    let mut bridge = Bridge::of_calls("");
    bridge.send(&call(REQUEST, 1, b"body"));
    // The first id that is given is 1.
    assert_eq!(bridge.server.frames(), [call(REQUEST, 1, b"body")]);
}

proptest! {
    #[test]
    fn any_bytes_from_either_side_are_survived(
        from_client in proptest::collection::vec(any::<u8>(), 0..200),
        from_server in proptest::collection::vec(any::<u8>(), 0..200),
        http in proptest::collection::vec(any::<u8>(), 0..200),
        valid in any::<bool>(),
    ) {
        let mut bridge = Bridge::of_calls("");
        if valid {
            bridge.send(&call(REQUEST, 7, b"body"));
        }
        bridge.halves.down.receive(&from_client);
        bridge.settle();
        bridge.halves.up.receive(&from_server);
        bridge.settle();
        bridge.halves.down.receive_http(&http);
        bridge.halves.up.receive_http(&http);
        bridge.halves.down.end();
        bridge.halves.up.end();
        drop(bridge);
        prop_assert_eq!((store::entries(), store::bytes()), (0, 0));
    }

    #[test]
    fn every_request_gets_its_own_answer(
        ids in proptest::collection::vec(0_u32..6, 1..40),
        size in 1_usize..60,
        order in any::<prop::sample::Index>(),
        inline in any::<bool>(),
    ) {
        let mut bridge = Bridge::of_calls(if inline { r#", "body": "inline""# } else { "" });
        let bytes: Vec<u8> = (0_u32..)
            .zip(&ids)
            .flat_map(|(number, id)| call(REQUEST, *id, &number.to_be_bytes()))
            .collect();
        bytes.chunks(size).for_each(|chunk| bridge.send(chunk));
        prop_assert_eq!(bridge.server.messages.len(), ids.len());
        let mut requests = std::mem::take(&mut bridge.server.messages);
        requests.rotate_left(order.index(ids.len()));
        for request in &requests {
            bridge.answer(&call(RESPONSE, id(request), request.body()));
        }
        let answers: Vec<(u32, u32)> = bridge
            .client
            .messages
            .iter()
            .map(|answer| (id(answer), u32::from_be_bytes(answer.body().try_into().unwrap())))
            .collect();
        prop_assert_eq!(answers.len(), ids.len());
        for wanted in 0..6 {
            let of_id: Vec<u32> = answers.iter().filter(|(id, _)| *id == wanted).map(|(_, number)| *number).collect();
            let sent: Vec<u32> = (0_u32..).zip(&ids).filter(|(_, id)| **id == wanted).map(|(number, _)| number).collect();
            prop_assert_eq!(of_id, sent);
        }
    }
}
