//! What hostile and broken peers send.

mod common;

use std::fs;

use common::{Subject, directory};
use recorded::Verdict::{Accept, Error};
use recorded::{Verdict, check_hostile, drive, hostile};
use thrift::{Thrift, Transport};

/// What is chosen where more than one answer can be defended; the crate's documentation says why.
const CHOICES: &[(&str, Verdict)] = &[
    ("compact-depth-struct-65", Error),
    ("compact-field-id-overflow", Accept),
    ("compact-seqid-10bytes", Error),
    ("compact-seqid-6bytes", Error),
    ("compact-seqid-overlong-zero", Accept),
    ("depth-map-65", Error),
    ("field-type-16", Accept),
    ("name-64k", Accept),
    ("name-crlf", Error),
    ("name-empty", Accept),
    ("name-latin1", Error),
    ("name-nul", Error),
    ("name-overlong", Error),
    ("name-surrogate", Error),
    ("nonstrict-header", Accept),
];

#[test]
fn every_input_gets_its_verdict() {
    check_hostile(&Subject(None), &directory("hostile"), CHOICES).assert_at_least(100);
}

/// A message without a frame is one, unless the transport is known to have frames.
#[test]
fn a_stated_transport_refuses_messages_of_another() {
    let framed = Subject(Some(Transport::Framed));
    check_hostile(&framed, &directory("hostile/framed-only"), &[]).assert_at_least(1);
}

#[test]
fn where_the_transport_is_stated_the_verdict_is_the_same() {
    let directory = directory("hostile");
    let mut accepted = 0;
    for input in hostile(&directory) {
        let description = directory.join(&input.name).with_extension("txt");
        let description = fs::read_to_string(description).unwrap();
        let transport = match description.split_once("variant: ").unwrap().1 {
            variant if variant.starts_with("framed") => Transport::Framed,
            variant if variant.starts_with("unframed") => Transport::Unframed,
            _ => Transport::Header,
        };
        let [detected, stated] = [Thrift::new(), Thrift::over(transport)]
            .map(|codec| drive(Box::new(codec), input.direction, [&input.bytes[..]]));
        let is_limit = |end: &Result<(), metaproto_codec::CodecError>| {
            end.as_ref()
                .map_err(metaproto_codec::CodecError::is_limit)
                .copied()
        };
        assert_eq!(detected.messages, stated.messages, "{}", input.name);
        assert_eq!(
            is_limit(&detected.end),
            is_limit(&stated.end),
            "{}",
            input.name
        );
        accepted += usize::from(stated.end.is_ok());
    }
    assert!(accepted >= 5, "only {accepted}");
}
