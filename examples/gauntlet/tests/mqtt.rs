//! MQTT 3.1.1.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::mqtt::{ConnectPacket, MqttPacket};
use metaproto_codec::{Fault, Header, Output};

fn is_connect(case: &str) -> bool {
    case == "connect" || case.starts_with("connect_")
}

fn connect(case: &str) -> Golden {
    golden("mqtt", |name| name == case).remove(0)
}

#[test]
fn golden_packets_are_read_and_written() {
    let untold = [
        "connect_return_code",
        "packet_identifier",
        "payload_length",
        "session_present",
        "topic_name",
    ];
    check::<MqttPacket>(&golden("mqtt", |case| !is_connect(case)), &untold);
}

#[test]
fn golden_connect_packets_are_read_and_written() {
    // The flags of PUBLISH are four bits that must be 0 here.
    check::<ConnectPacket>(&golden("mqtt", is_connect), &["dup", "qos", "retain"]);
}

#[test]
fn spoiled_connect_packets_are_refused() {
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut packet = connect("connect").bytes;
        change(&mut packet);
        ConnectPacket::read_frame(&packet).unwrap_err()
    };
    assert_eq!(
        refused(&|packet| packet[0] = 0x11).to_string(),
        "byte 0, field flags: expected the constant 0x0, found 0x1"
    );
    assert_eq!(
        refused(&|packet| packet[7] = b'S').to_string(),
        "byte 7, field protocol_name: expected the constant byte 0x54, found 0x53"
    );
    assert_eq!(
        refused(&|packet| packet[9] |= 1).field().to_string(),
        "reserved"
    );
    let more = refused(&|packet| {
        packet[1] += 1;
        packet.push(0);
    });
    assert_eq!(*more.fault(), Fault::Excess { left: 1 });
    let user = refused(&|packet| packet[9] |= 0x80);
    assert_eq!(
        user.to_string(),
        "byte 23, field user_name: needs 2 bytes, but only 0 are left in what contains it"
    );
    let long = refused(&|packet| drop(packet.splice(1..2, [0x80, 0x80, 0x80, 0x80, 1])));
    assert_eq!(*long.fault(), Fault::Varint { max: 4 });
}

#[test]
fn a_spliced_will_makes_the_length_a_byte_longer() {
    let packet = Bytes::from(connect("connect_username").bytes);
    let mut output = Output::new();
    let change = |packet: &mut ConnectPacket| {
        packet.will_flag = true;
        packet.will_topic = Some("t".into());
        packet.will_message = Some(vec![7; 120]);
    };
    ConnectPacket::splice(&packet, change, &mut output).unwrap();
    let mut expected = packet.to_vec();
    // 17 bytes and 125 more.
    expected.splice(1..2, [0x8E, 0x01]);
    expected[10] |= 0x04;
    expected.splice(15..15, [&b"\0\x01t\0\x78"[..], &[7; 120]].concat());
    assert_eq!(output.take_contiguous(), expected);
}

#[test]
fn what_a_flag_does_not_announce_is_not_written() {
    let packet = ConnectPacket::read_frame(&connect("connect").bytes).unwrap();
    let unannounced = ConnectPacket {
        password: Some(vec![1]),
        ..packet
    };
    let error = unannounced.to_frame(b"").unwrap_err();
    assert_eq!(*error.fault(), Fault::Presence { wanted: false });
    assert_eq!(error.field().to_string(), "password");
}
