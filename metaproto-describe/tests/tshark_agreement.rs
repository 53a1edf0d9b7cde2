//! The dissectors' verdicts on spoiled messages in the real tshark, against those of the codecs.

mod common;

use std::collections::BTreeMap;

use common::capture::{Capture, SERVER};
use common::derived::{
    AwesomeHeader, AwesomeRpc, Bolt, BoltRequest, ConditionsRpc, Dubbo, DubboHeader, Mixed,
    MixedRpc, PartsRpc, Route, Sealed, SealedRpc, TextsRpc, VarintsRpc,
};
use common::tshark::{self, Passes, dissect_in};
use metaproto_codec::Direction::ClientToServer;
use metaproto_codec::{Codec, DecodeStatus, Header, Metadata};
use metaproto_describe::wireshark::{Options, wireshark};

const FIRST_PORT: u16 = 10_000;

/// What is said of the first message of a connection.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It is a message with this body, in hex.
    Whole(String),
    /// More bytes must come.
    Wait,
    /// It is refused, in these words.
    Refused(String),
}

impl Verdict {
    /// Numbers beyond 48 bits, which the dissector has not exactly, are all the same.
    fn refused(words: &str) -> Self {
        let is_huge = |word: &&str| word.parse::<u128>().is_ok_and(|number| number > 1 << 47);
        let words: Vec<&str> = words
            .split(' ')
            .map(|word| if is_huge(&word) { "many" } else { word })
            .collect();
        Self::Refused(words.join(" "))
    }
}

fn verdict(codec: &mut dyn Codec, bytes: &[u8]) -> Verdict {
    let mut metadata = Metadata::default();
    match codec.decode(bytes, &mut metadata) {
        Ok(DecodeStatus::Done { consumed }) => {
            metadata.attach_frame(bytes[..consumed].to_vec().into());
            let behind = metadata.body();
            let body = &behind[..behind.len() - trailers(codec, bytes)];
            Verdict::Whole(body.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        Ok(DecodeStatus::WaitForData { .. }) => Verdict::Wait,
        Ok(DecodeStatus::Skip { .. }) => unreachable!("no header skips"),
        Err(error) => Verdict::refused(&error.to_string()),
    }
}

/// Bytes at the end of a whole message that are not its body: those of [`Sealed`].
fn trailers(codec: &dyn Codec, message: &[u8]) -> usize {
    match codec.capabilities().name {
        "Sealed" if Sealed::read_frame(message).is_ok_and(|header| header.signed) => 8,
        "Sealed" => 4,
        _ => 0,
    }
}

/// Spoils each byte of `message` in several ways, and compares what is said of the result.
#[track_caller]
fn agree(mut codec: impl Codec, message: &[u8]) {
    if !tshark::is_there() {
        return;
    }
    let mut cases = vec![message.to_vec()];
    for at in 0..message.len() {
        let byte = message[at];
        for spoiled in [0, 1, 0xFF, byte ^ 1, byte ^ 0x80, byte.wrapping_add(2)] {
            if spoiled != byte {
                let mut case = message.to_vec();
                case[at] = spoiled;
                cases.push(case);
            }
        }
    }
    let mut capture = Capture::default();
    for (port, case) in (FIRST_PORT..).zip(&cases) {
        let mut connection = capture.connect(port);
        capture.send(&mut connection, ClientToServer, case);
    }
    let script = wireshark(&codec, &Options::new("spoiled").port(SERVER)).unwrap();
    let mut shown: BTreeMap<u16, Verdict> = BTreeMap::new();
    for message in dissect_in(Passes::One, &script, "spoiled", &capture) {
        // Others are not the codec's: on the direction, which the session judges, and Wireshark's own on zeros in texts.
        let remark = message
            .remarks
            .iter()
            .find(|remark| remark.starts_with("byte "));
        let verdict = match remark {
            Some(remark) => Verdict::refused(remark),
            None => Verdict::Whole(message.body),
        };
        shown.entry(message.port).or_insert(verdict);
    }
    let mut told = [0; 3];
    for (port, case) in (FIRST_PORT..).zip(&cases) {
        let expected = verdict(&mut codec, case);
        told[match expected {
            Verdict::Whole(_) => 0,
            Verdict::Wait => 1,
            Verdict::Refused(_) => 2,
        }] += 1;
        let found = shown.get(&port).unwrap_or(&Verdict::Wait);
        assert_eq!(found, &expected, "{case:02x?}");
    }
    assert!(
        told.iter().all(|count| *count > 0),
        "not all verdicts were tried: {told:?}"
    );
}

#[test]
fn numbers() {
    let header = AwesomeHeader {
        version: 1,
        pack_flow: 7,
        pack_len: 0,
        req_cmd: 100,
        rsp_code: 0,
    };
    agree(AwesomeRpc::new(), &header.to_frame(b"hello").unwrap());
}

#[test]
fn bits() {
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
    agree(Dubbo::new(), &header.to_frame(b"hello").unwrap());
}

#[test]
fn texts_and_maps() {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let header = BoltRequest {
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
        class: "Grüße".to_owned(),
        headers: vec![pair("service", "cart"), pair("", "")],
    };
    agree(Bolt::new(), &header.to_frame(b"hello").unwrap());
}

#[test]
fn lists_and_parts() {
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
        stamp: 1,
        ratio: -0.25,
        huge: 1,
        negative: -1,
        flag: true,
        route: route(1.5, "eu"),
        blob: vec![0, 1, 0xFF],
        numbers: vec![-1, 0, 300],
        routes: vec![route(0.0, ""), route(-2.0, "us")],
    };
    agree(MixedRpc::new(), &header.to_frame(b"hello").unwrap());
}

#[test]
fn fields_that_need_not_be_there() {
    agree(
        ConditionsRpc::new(),
        b"\0\x2A\0\x28\x01\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x05\x12\x34\xFF\xFF\0\x03nam\0\0\0\x02abc\0\0\0\x09bo",
    );
}

#[test]
fn numbers_of_variable_length() {
    agree(
        VarintsRpc::new(),
        b"\x01\x9A\x00\x81\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x04topics\x02\x01\x02body",
    );
}

#[test]
fn parts_blocks_and_choices() {
    agree(
        PartsRpc::new(),
        b"\0\0\0\x17\0\x03\x07xy\x03\x01\0\x05\x02\x01\0\x06\x04\0\x07\0\x08",
    );
}

#[test]
fn texts_and_lists_that_end_in_various_ways() {
    agree(
        TextsRpc::new(),
        b"T\xFF\x1F\x02one\rtwo\r\nab c  x\0yy\0\0\x02\x01k\x01v\x00\x00+ex",
    );
}

#[test]
fn wide_bits_trailers_and_checksums() {
    let header = Sealed {
        length: 0,
        big: 1 << 49 | 1,
        small: -2,
        signed: true,
        spare: true,
        signature: Some(7),
        crc: 0,
    };
    agree(SealedRpc::new(), &header.to_frame(b"body").unwrap());
}
