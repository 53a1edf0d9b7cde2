//! Kafka.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::kafka::{KafkaRequest, KafkaResponse};
use metaproto_codec::{CodecError, Fault, Header, Output};

fn request() -> Vec<u8> {
    golden("kafka", |case| case == "metadata_v1")
        .remove(0)
        .bytes
}

#[test]
fn golden_requests_are_read_and_written() {
    check::<KafkaRequest>(&golden("kafka", |case| !case.ends_with("_response")), &[]);
}

#[test]
fn golden_responses_are_read_and_written() {
    check::<KafkaResponse>(&golden("kafka", |case| case.ends_with("_response")), &[]);
}

#[test]
fn a_spoiled_length_is_refused_where_it_stands() {
    let spoiled = |at: usize, bytes: &[u8]| -> CodecError {
        let mut request = request();
        request[at..at + bytes.len()].copy_from_slice(bytes);
        KafkaRequest::read_frame(&request).unwrap_err()
    };
    let error = spoiled(0, &[0, 0, 0, 9]);
    assert_eq!(*error.fault(), Fault::BelowMinimum { found: 9, min: 10 });
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (0, "length".into())
    );
    assert_eq!(spoiled(0, &[0xFF; 4]).fault().rule(), "above_maximum");
    // -1 is null, -2 is nothing.
    let error = spoiled(12, &[0xFF, 0xFE]);
    assert_eq!(
        *error.fault(),
        Fault::PastEnd {
            needed: 0xFFFE,
            left: 18
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (12, "client_id".into())
    );
    assert_eq!(
        *spoiled(12, &[0, 29]).fault(),
        Fault::PastEnd {
            needed: 29,
            left: 18
        }
    );
}

#[test]
fn lengths_follow_the_client_id() {
    let request = Bytes::from(request());
    let (fixed, body) = (&request[4..12], &request[20..]);
    for (client_id, length, text) in [
        (None, 22, &b"\xFF\xFF"[..]),
        (Some(String::new()), 22, b"\0\0"),
        (Some("kasse".to_owned()), 27, b"\0\x05kasse"),
    ] {
        let mut output = Output::new();
        KafkaRequest::splice(&request, |header| header.client_id = client_id, &mut output).unwrap();
        let expected = [&[0, 0, 0, length], fixed, text, body].concat();
        assert_eq!(output.take_contiguous(), expected);
    }
}
