//! The dissectors in the real tshark: every field of every message against what the codec reads.

mod common;

use std::time::{Duration, Instant};

use common::capture::{Capture, SERVER};
use common::derived::{
    AwesomeHeader, AwesomeRpc, Bolt, BoltRequest, BoltResponse, Dubbo, DubboHeader, Many, ManyRpc,
    Mixed, MixedRpc, Route,
};
use common::tshark::{self, Message, Passes, dissect, dissect_in, flattened};
use metaproto_codec::Direction::{ClientToServer, ServerToClient};
use metaproto_codec::{Codec, Header, OwnedHeader};
use metaproto_describe::wireshark::{Options, wireshark};

fn script(codec: &dyn Codec, name: &str) -> String {
    wireshark(codec, &Options::new(name).port(SERVER)).unwrap()
}

fn awesome(id: u32, cmd: i16, code: i16) -> AwesomeHeader {
    AwesomeHeader {
        version: -1,
        pack_flow: id,
        pack_len: 0,
        req_cmd: cmd,
        rsp_code: code,
    }
}

/// A message, as bytes and as what is to be shown of it.
struct Sent {
    bytes: Vec<u8>,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

fn sent<H: OwnedHeader>(header: &H, body: &[u8]) -> Sent {
    let bytes = header.to_frame(body).unwrap();
    let read = H::read_frame(&bytes).unwrap();
    Sent {
        bytes,
        fields: flattened(&read.fields()),
        body: body.to_vec(),
    }
}

#[track_caller]
fn same(shown: &Message, sent: &Sent) {
    assert_eq!(shown.fields, sent.fields, "{shown:?}");
    let body: String = sent.body.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(shown.body, body, "{shown:?}");
    assert!(shown.remarks.is_empty(), "{shown:?}");
}

#[test]
fn awesomerpc_in_one_segment_each_and_many_in_one() {
    if !tshark::is_there() {
        return;
    }
    let messages = [
        sent(&awesome(1, 100, 0), b"hello"),
        sent(&awesome(u32::MAX, -2, 0), b""),
        sent(&awesome(0, i16::MAX, 0), &[0xFF; 300]),
    ];
    let replies = [
        sent(&awesome(1, 100, 0), b"world"),
        sent(&awesome(7, 100, 1), b"no route"),
        sent(&awesome(8, 100, -3), b""),
    ];
    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    for message in &messages {
        capture.send(&mut connection, ClientToServer, &message.bytes);
    }
    let all = |sent: &[Sent]| {
        sent.iter()
            .flat_map(|each| each.bytes.clone())
            .collect::<Vec<u8>>()
    };
    capture.send(&mut connection, ClientToServer, &all(&messages));
    capture.send(&mut connection, ServerToClient, &all(&replies));

    let shown = dissect(
        &script(&AwesomeRpc::new(), "awesomerpc"),
        "awesomerpc",
        &capture,
    );
    let sent: Vec<&Sent> = messages.iter().chain(&messages).chain(&replies).collect();
    assert_eq!(shown.len(), sent.len());
    for (shown, sent) in shown.iter().zip(&sent) {
        same(shown, sent);
    }
    let kinds: Vec<&str> = shown.iter().map(|message| &*message.kind).collect();
    let mut expected = vec!["request"; 6];
    expected.extend(["response", "error", "error"]);
    assert_eq!(kinds, expected);
    assert_eq!(shown[0].info, "request id=1 cmd=100");
    let info = "response id=1 cmd=100, error id=7 cmd=100, error id=8 cmd=100";
    assert_eq!(shown[8].info, info);
}

#[test]
fn awesomerpc_split_at_every_byte_and_byte_by_byte() {
    if !tshark::is_there() {
        return;
    }
    let first = sent(&awesome(1, 100, 0), b"hello");
    let second = sent(&awesome(2, 101, 0), b"world!");
    let both = [&first.bytes[..], &second.bytes].concat();
    let mut capture = Capture::default();
    let mut connections = 0;
    for cut in 1..both.len() {
        let mut connection = capture.connect(40000 + connections);
        connections += 1;
        capture.send(&mut connection, ClientToServer, &both[..cut]);
        capture.send(&mut connection, ClientToServer, &both[cut..]);
    }
    for size in [1, 2, 3, 5] {
        let mut connection = capture.connect(40000 + connections);
        connections += 1;
        for piece in both.chunks(size) {
            capture.send(&mut connection, ServerToClient, piece);
        }
    }
    let script = script(&AwesomeRpc::new(), "awesomerpc");
    for passes in [Passes::One, Passes::Two] {
        let shown = dissect_in(passes, &script, "awesomerpc", &capture);
        assert_eq!(shown.len(), 2 * usize::from(connections));
        for pair in shown.chunks(2) {
            same(&pair[0], &first);
            same(&pair[1], &second);
        }
    }
}

#[test]
fn hostile_lengths_and_constants_are_remarked_where_the_codec_refuses_them() {
    if !tshark::is_there() {
        return;
    }
    let mut capture = Capture::default();
    let mut expected = Vec::new();
    let mut port = 40000;
    let mut send = |bytes: &[u8]| {
        let mut connection = capture.connect(port);
        port += 1;
        capture.send(&mut connection, ClientToServer, bytes);
    };
    for length in [0, 12, 0x0040_0001, 0x8000_0000, 0xFFFF_FFFF_u32] {
        let mut bytes = awesome(1, 2, 0).to_frame(b"").unwrap();
        bytes[5..9].copy_from_slice(&length.to_be_bytes());
        send(&bytes);
        let error = AwesomeHeader::read_frame(&bytes).unwrap_err();
        expected.push(error.to_string());
    }
    let shown = dissect(
        &script(&AwesomeRpc::new(), "awesomerpc"),
        "awesomerpc",
        &capture,
    );
    let remarks: Vec<&str> = shown.iter().map(|message| &*message.remarks[0]).collect();
    assert_eq!(remarks, expected);
    assert!(
        shown
            .iter()
            .all(|message| message.info.starts_with("malformed request"))
    );

    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    capture.send(&mut connection, ClientToServer, b"\xDA\xBC\0\0");
    let shown = dissect(&script(&Dubbo::new(), "dubborpc"), "dubborpc", &capture);
    assert_eq!(
        shown[0].remarks,
        [DubboHeader::read_frame(b"\xDA\xBC\0\0")
            .unwrap_err()
            .to_string()]
    );
}

#[test]
fn bits_codes_and_heartbeats() {
    if !tshark::is_there() {
        return;
    }
    let header = |request, two_way, event, status| DubboHeader {
        magic: 0,
        request,
        two_way,
        event,
        serialization: 21,
        status,
        request_id: i64::MIN + 5,
        body_length: 0,
    };
    let requests = [
        (sent(&header(true, true, false, 0), b"x"), "request"),
        (sent(&header(true, false, false, 0), b"x"), "oneway"),
        (sent(&header(true, true, true, 0), b""), "ping"),
    ];
    let responses = [
        (sent(&header(false, true, false, 20), b"x"), "response"),
        (sent(&header(false, true, false, 60), b""), "error"),
        (sent(&header(false, true, true, 20), b""), "pong"),
    ];
    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    for (message, _) in &requests {
        capture.send(&mut connection, ClientToServer, &message.bytes);
    }
    for (message, _) in &responses {
        capture.send(&mut connection, ServerToClient, &message.bytes);
    }
    let shown = dissect(&script(&Dubbo::new(), "dubborpc"), "dubborpc", &capture);
    assert_eq!(shown.len(), 6);
    for (shown, (sent, kind)) in shown.iter().zip(requests.iter().chain(&responses)) {
        same(shown, sent);
        assert_eq!(shown.kind, *kind);
    }
    assert_eq!(shown[0].info, format!("request id={}", i64::MIN + 5));
}

#[test]
fn headers_that_differ_by_direction() {
    if !tshark::is_there() {
        return;
    }
    let pairs = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<Vec<_>>()
    };
    let request = BoltRequest {
        proto: 1,
        cmd_type: 1,
        cmd_code: 1,
        version: 1,
        request_id: 77,
        codec: 1,
        timeout_ms: -1,
        class_len: 0,
        header_len: 0,
        content_len: 0,
        class: "com.example.Grüße".to_owned(),
        headers: pairs(&[("service", "cart"), ("", ""), ("zone", "eu-1")]),
    };
    let response = BoltResponse {
        proto: 1,
        cmd_type: 0,
        cmd_code: 2,
        version: 1,
        request_id: 77,
        codec: 1,
        response_status: 5,
        class_len: 0,
        header_len: 0,
        content_len: 0,
        class: String::new(),
        headers: Vec::new(),
    };
    // Lengths of keys and values are fields of the dissector, but not of the struct.
    let with_lengths = |mut sent: Sent| {
        let fields = std::mem::take(&mut sent.fields);
        for (name, value) in fields {
            if name == "key" || name == "value" {
                sent.fields
                    .push(("length".to_owned(), value.len().to_string()));
            }
            sent.fields.push((name, value));
        }
        sent
    };
    let request = with_lengths(sent(&request, b"payload"));
    let response = with_lengths(sent(&response, b""));
    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    capture.send(&mut connection, ClientToServer, &request.bytes[..30]);
    capture.send(&mut connection, ServerToClient, &response.bytes);
    capture.send(&mut connection, ClientToServer, &request.bytes[30..]);
    let shown = dissect(&script(&Bolt::new(), "bolt"), "bolt", &capture);
    assert_eq!(shown.len(), 2);
    same(&shown[0], &response);
    assert_eq!((shown[0].port, &*shown[0].kind), (SERVER, "error"));
    same(&shown[1], &request);
    assert_eq!((shown[1].port, &*shown[1].kind), (40000, "request"));
}

#[test]
fn numbers_of_all_widths_lists_and_parts() {
    if !tshark::is_there() {
        return;
    }
    let route = |weight, zone: &str| Route {
        weight,
        zone: zone.to_owned(),
    };
    let header = Mixed {
        magic: *b"MX",
        level: 5,
        size: 0xABCDE,
        last: true,
        length: 0,
        delta: -5,
        stamp: 0xFEDC_BA98_7654,
        ratio: -0.25,
        huge: 0x0102_0304_0506_0708_090A_0B0C_0D0E_0F10,
        negative: -1,
        flag: true,
        route: route(1.5, "eu"),
        blob: vec![0, 1, 0xFF],
        numbers: vec![-1, 0, 300],
        routes: vec![route(0.0, ""), route(-2.0, "us")],
    };
    let Sent { bytes, fields, .. } = sent(&header, b"body");
    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    capture.send(&mut connection, ClientToServer, &bytes);
    let shown = dissect(&script(&MixedRpc::new(), "mixed"), "mixed", &capture);
    let expected: Vec<(String, String)> = fields
        .into_iter()
        .map(|(name, value)| match &*name {
            // Wider than Wireshark's numbers: shown as its bytes.
            "huge" => (name, "100f0e0d0c0b0a090807060504030201".to_owned()),
            _ => (name, value),
        })
        .collect();
    let stated = shown[0].fields.clone();
    let lengths: Vec<&str> = stated
        .iter()
        .filter(|(name, _)| name == "length")
        .map(|(_, value)| &**value)
        .collect();
    assert_eq!(
        lengths,
        [&bytes.len().to_string()[..], "2", "3", "3", "2", "0", "2"]
    );
    let rest = |fields: Vec<(String, String)>| {
        fields
            .into_iter()
            .filter(|(name, _)| name != "length")
            .collect::<Vec<_>>()
    };
    assert_eq!(rest(stated), rest(expected));
    assert!(shown[0].remarks.is_empty(), "{shown:?}");
}

#[test]
fn connections_on_other_ports_are_told_by_their_first_bytes() {
    if !tshark::is_there() {
        return;
    }
    let header = DubboHeader {
        magic: 0,
        request: true,
        two_way: true,
        event: false,
        serialization: 2,
        status: 0,
        request_id: 7,
        body_length: 0,
    };
    let message = sent(&header, b"hello");
    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    capture.send(&mut connection, ClientToServer, &message.bytes[..18]);
    capture.send(&mut connection, ClientToServer, &message.bytes[18..]);
    let mut connection = capture.connect(40001);
    capture.send(&mut connection, ClientToServer, b"GET / HTTP/1.1\r\n\r\n");

    let options = Options::new("dubborpc").title("Dubbo").heuristic();
    let script = wireshark(&Dubbo::new(), &options).unwrap();
    let shown = dissect(&script, "dubborpc", &capture);
    assert_eq!(shown.len(), 1);
    same(&shown[0], &message);
    assert_eq!((shown[0].port, &*shown[0].kind), (40000, "request"));

    let elsewhere = wireshark(&Dubbo::new(), &Options::new("dubborpc").port(1)).unwrap();
    assert!(dissect(&elsewhere, "dubborpc", &capture).is_empty());
}

#[test]
fn a_large_message_is_shown_in_part_and_does_not_take_long() {
    if !tshark::is_there() {
        return;
    }
    let header = Many {
        length: 0,
        flags: vec![true; 60_000],
    };
    let Sent { bytes, .. } = sent(&header, b"");
    let mut capture = Capture::default();
    let mut connection = capture.connect(40000);
    for segment in bytes.chunks(1400) {
        capture.send(&mut connection, ClientToServer, segment);
    }
    let start = Instant::now();
    let shown = dissect(&script(&ManyRpc::new(), "many"), "many", &capture);
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].remarks, ["Too many fields: not all are shown"]);
    let items = shown[0].fields.iter().filter(|(name, _)| name == "item");
    assert!((9_000..10_000).contains(&items.count()));
}
