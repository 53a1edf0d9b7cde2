//! Dissectors of all headers in the real tshark: what they show of golden messages, and what they say of spoiled ones.

use std::collections::BTreeMap;
use std::path::Path;

use metaproto_codec::{Codec, DecodeStatus, Direction, HeaderCodec, Metadata, OwnedHeader};
use metaproto_describe::wireshark::{Options, wireshark};

use capture::{Capture, SERVER};
use tshark::{Passes, dissect_in, flattened};

// How the tests of `metaproto-describe` write captures and read what tshark shows.
#[allow(dead_code, unreachable_pub, reason = "the tests here use a part")]
#[path = "../../../metaproto-describe/tests/common/capture.rs"]
mod capture;
#[allow(dead_code, unreachable_pub, reason = "the tests here use a part")]
#[path = "../../../metaproto-describe/tests/common/tshark.rs"]
mod tshark;

const FIRST_PORT: u16 = 10_000;

/// The golden messages of a protocol of which `wanted` is true, by name.
fn golden(protocol: &str, wanted: impl Fn(&str) -> bool) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(protocol);
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bin"))
        .filter(|path| wanted(path.file_stem().unwrap().to_str().unwrap()))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Compares the fields that tshark shows of each message with those that `H` reads, then what both say of spoiled ones.
#[track_caller]
fn check<H: OwnedHeader>(messages: &[Vec<u8>]) {
    if !tshark::is_there() {
        return;
    }
    let mut codec = HeaderCodec::<H>::new();
    let script = wireshark(&codec, &Options::new("gauntlet").port(SERVER)).unwrap();
    let mut cases: Vec<Vec<u8>> = Vec::new();
    for message in messages {
        cases.push(message.clone());
        for at in 0..message.len().min(40) {
            for spoiled in [0, 0xFF, message[at] ^ 1, message[at] ^ 0x80] {
                let mut case = message.clone();
                case[at] = spoiled;
                cases.push(case);
            }
        }
    }
    let step = cases.len().div_ceil(400);
    let is_golden = |case: &Vec<u8>| messages.contains(case);
    let mut number = 0;
    cases.retain(|case| {
        number += 1;
        is_golden(case) || number % step == 0
    });
    let mut capture = Capture::default();
    for (port, case) in (FIRST_PORT..).zip(&cases) {
        let mut connection = capture.connect(port);
        for piece in case.chunks(1400) {
            capture.send(&mut connection, Direction::ClientToServer, piece);
        }
    }
    let mut shown = BTreeMap::new();
    for message in dissect_in(Passes::One, &script, "gauntlet", &capture) {
        shown.entry(message.port).or_insert(message);
    }
    for (port, case) in (FIRST_PORT..).zip(&cases) {
        let mut metadata = Metadata::default();
        let shown = shown.get(&port);
        let remark = shown.and_then(|shown| {
            shown
                .remarks
                .iter()
                .find(|remark| remark.starts_with("byte "))
        });
        match codec.decode(case, &mut metadata) {
            Ok(DecodeStatus::WaitForData { .. }) => {
                assert!(shown.is_none(), "{case:02x?}: {shown:?}");
            }
            Ok(DecodeStatus::Skip { .. }) => unreachable!("no header skips"),
            Err(error) => {
                let words = |text: &str| {
                    text.split(' ')
                        .map(|word| match word.parse::<u128>() {
                            Ok(number) if number > 1 << 47 => "many",
                            _ => word,
                        })
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                assert_eq!(
                    remark.map(|remark| words(remark)),
                    Some(words(&error.to_string())),
                    "{case:02x?}: {shown:?}"
                );
            }
            Ok(DecodeStatus::Done { consumed }) => {
                let shown = shown.unwrap_or_else(|| panic!("{case:02x?}"));
                assert_eq!(remark, None, "{case:02x?}: {shown:?}");
                let Ok(header) = H::read_frame(&case[..consumed]) else {
                    continue;
                };
                let fields = flattened(&header.fields());
                // Of the header's own; others are lengths before fields, and whether a checksum is right.
                let told =
                    |name: &str| name != "length" && fields.iter().any(|(field, _)| field == name);
                let found: Vec<_> = shown
                    .fields
                    .iter()
                    .filter(|(name, _)| told(name))
                    .cloned()
                    .collect();
                let expected: Vec<_> = flattened(&header.fields())
                    .into_iter()
                    .filter(|(name, _)| told(name))
                    .collect();
                if is_golden(case) {
                    assert_eq!(found, expected, "{case:02x?}");
                }
            }
        }
    }
}

macro_rules! checks {
    ($($name:ident: $header:ty, $protocol:literal, $wanted:expr;)*) => {$(
        #[test]
        fn $name() {
            check::<$header>(&golden($protocol, $wanted));
        }
    )*};
}

// Not WebSocket: its length is read by a function of its own, which a dissector lacks.
checks! {
    amqp: gauntlet::amqp::AmqpFrame, "amqp", |_| true;
    awesomerpc: gauntlet::awesomerpc::AwesomeHeader, "awesomerpc", |_| true;
    mongodb: gauntlet::mongodb::OpMsg, "mongodb", |_| true;
    mqtt: gauntlet::mqtt::MqttPacket, "mqtt", |_| true;
    mqtt_connect: gauntlet::mqtt::ConnectPacket, "mqtt", |case| case.starts_with("connect");
    mysql: gauntlet::mysql::MysqlPacket, "mysql", |_| true;
    postgres: gauntlet::postgres::PostgresMessage, "postgres", |case| case != "startup";
    postgres_startup: gauntlet::postgres::StartupMessage, "postgres", |case| case == "startup";
    theader: gauntlet::theader::THeaderMessage, "theader", |_| true;
    thrift: gauntlet::thrift::ThriftMessage, "thrift", |_| true;
}
