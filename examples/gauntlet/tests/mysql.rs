//! MySQL.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::mysql::MysqlPacket;
use metaproto_codec::{Fault, Header, Output};

/// What stands in the payload.
const PAYLOAD: [&str; 12] = [
    "affected_rows",
    "column_count",
    "command",
    "connection_id",
    "database",
    "error_code",
    "error_message",
    "header",
    "protocol_version",
    "query",
    "server_version",
    "user",
];

#[test]
fn golden_packets_are_read_and_written() {
    check::<MysqlPacket>(&golden("mysql", |_| true), &PAYLOAD);
}

#[test]
fn the_largest_payload_fits_and_no_larger() {
    let packet = MysqlPacket {
        payload_length: 0,
        sequence_id: 1,
    };
    let largest = packet.to_frame(&vec![0; 0xFF_FFFF]).unwrap();
    assert_eq!(largest[..4], [0xFF, 0xFF, 0xFF, 1]);
    let error = packet.to_frame(&vec![0; 0x100_0000]).unwrap_err();
    assert_eq!(
        *error.fault(),
        Fault::TooLarge {
            found: 0x100_0000,
            max: 0xFF_FFFF
        }
    );
}

#[test]
fn a_spliced_sequence_id_changes_one_byte() {
    let query = golden("mysql", |case| case == "com_query").remove(0);
    let mut output = Output::new();
    MysqlPacket::splice(
        &Bytes::from(query.bytes.clone()),
        |packet| packet.sequence_id = 9,
        &mut output,
    )
    .unwrap();
    let mut expected = query.bytes;
    expected[3] = 9;
    assert_eq!(output.take_contiguous(), expected);
}
