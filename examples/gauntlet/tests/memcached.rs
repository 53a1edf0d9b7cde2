//! memcached.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::memcached::MemcachedHeader;
use metaproto_codec::{CodecError, Fault, Header, Output};

/// All packets; here extras and key are part of the header, and one field has two names.
fn packets() -> Vec<Golden> {
    let mut packets = golden("memcached", |_| true);
    for Golden {
        header_size,
        fields,
        ..
    } in &mut packets
    {
        for length in ["extras_length", "key_length"] {
            *header_size += fields[length].as_u64().unwrap() as usize;
        }
        let value = fields
            .remove("vbucket_id")
            .or_else(|| fields.remove("status"));
        fields.insert("vbucket_or_status".into(), value.unwrap());
    }
    packets
}

fn set_request() -> Vec<u8> {
    golden("memcached", |case| case == "set_request")
        .remove(0)
        .bytes
}

#[test]
fn golden_packets_are_read_and_written() {
    // The value is the body.
    check::<MemcachedHeader>(&packets(), &["value"]);
}

#[test]
fn a_spoiled_byte_is_refused_where_it_stands() {
    let spoiled = |at: usize, byte: u8| -> CodecError {
        let mut packet = set_request();
        packet[at] = byte;
        MemcachedHeader::read_frame(&packet).unwrap_err()
    };
    let error = spoiled(0, 0x82);
    assert_eq!(*error.fault(), Fault::Code { found: 0x82 });
    let error = spoiled(3, 251);
    assert_eq!(
        *error.fault(),
        Fault::AboveMaximum {
            found: 251,
            max: 250
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (2, "key_length".into())
    );
    // 8 bytes of extras and 7 of key do not fit in 14.
    let error = spoiled(11, 14);
    assert!(
        matches!(error.fault(), Fault::BelowMinimum { found: 14, .. }),
        "{error}"
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (8, "total_body_length".into())
    );
}

#[test]
fn lengths_follow_the_key() {
    let packet = Bytes::from(set_request());
    let mut output = Output::new();
    let change = |header: &mut MemcachedHeader| header.set("key", "user:1017").unwrap();
    MemcachedHeader::splice(&packet, change, &mut output).unwrap();
    let mut expected = [&packet[..32], b"user:1017", &packet[39..]].concat();
    (expected[3], expected[11]) = (9, 20);
    assert_eq!(output.take_contiguous(), expected);
}
