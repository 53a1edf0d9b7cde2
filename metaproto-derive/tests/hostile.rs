//! Inputs that break careless codecs, through the session: no panic, and the verdict beside each.

mod headers;

use std::fs;
use std::path::Path;

use headers::bolt::{Bolt, BoltRequest};
use headers::dubbo::Dubbo;
use metaproto_codec::{
    Codec, CodecError, Direction, Fault, Header, Limits, Metadata, Next, Session,
};
use proptest::prelude::*;

/// Messages found, and how the stream ended.
fn verdict<C: Codec>(codec: C, input: &[u8], chunk: usize) -> (usize, Result<Next, CodecError>) {
    let mut session = Session::new(codec, Direction::ClientToServer, Limits::default());
    let mut metadata = Metadata::default();
    let mut messages = 0;
    let mut end = Ok(Next::Wait { at_least: 1 });
    for piece in input.chunks(chunk.max(1)) {
        session.receive(piece);
        loop {
            end = session.next_message(&mut metadata);
            match end {
                Ok(Next::Message { .. }) => messages += 1,
                Ok(Next::Wait { .. }) => break,
                Err(_) => return (messages, end),
            }
        }
    }
    (messages, end)
}

#[test]
fn every_hostile_bolt_input_gets_its_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/bolt");
    let mut seen = 0;
    for entry in fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if entry.extension().is_none_or(|extension| extension != "bin") {
            continue;
        }
        let text = fs::read_to_string(entry.with_extension("txt")).unwrap();
        let expected = text
            .lines()
            .find_map(|line| line.strip_prefix("verdict: "))
            .unwrap();
        let input = fs::read(&entry).unwrap();
        for chunk in [1, 7, input.len()] {
            let (messages, end) = verdict(Bolt::default(), &input, chunk);
            let right = match expected {
                "wait" => messages == 0 && matches!(end, Ok(Next::Wait { .. })),
                "error" => messages == 0 && end.as_ref().is_err_and(|error| !error.is_limit()),
                "limit" => messages == 0 && end.as_ref().is_err_and(CodecError::is_limit),
                "accept" => messages == 1 && end.is_ok(),
                // An unknown command is a request like another; a content length of 0 leaves bytes that are no message.
                "policy" => messages == 1,
                other => panic!("unknown verdict {other}"),
            };
            assert!(
                right,
                "{}: {expected}, but {messages} messages and {end:?}",
                entry.display()
            );
        }
        seen += 1;
    }
    assert!(seen > 10);
}

#[test]
fn the_first_wrong_magic_byte_is_an_error_before_the_second_has_come() {
    let (_, end) = verdict(Dubbo::default(), &[0xDB], 1);
    let error = end.unwrap_err();
    assert_eq!(
        *error.fault(),
        Fault::Constant {
            expected: 0xDA,
            found: 0xDB
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (0, "magic".to_owned())
    );
    let (_, end) = verdict(Dubbo::default(), &[0xDA, 0xBA], 1);
    assert_eq!(end.unwrap_err().offset(), 1);
}

#[test]
fn a_message_cut_at_any_byte_waits_for_what_is_missing() {
    let header = BoltRequest {
        class: "com.example.Echo".into(),
        headers: vec![
            ("service".into(), "echo".into()),
            ("zone".into(), String::new()),
        ],
        ..metaproto_codec::Part::template()
    };
    let whole = BoltRequest {
        cmd_type: 1,
        cmd_code: 1,
        ..header
    }
    .to_frame(b"payload")
    .unwrap();
    for cut in 0..whole.len() {
        let (messages, end) = verdict(Bolt::default(), &whole[..cut], whole.len());
        let Ok(Next::Wait { at_least }) = end else {
            panic!("cut at {cut}: {end:?}")
        };
        assert_eq!(messages, 0);
        assert!(at_least <= whole.len() - cut);
        if cut >= 22 {
            assert_eq!(
                at_least,
                whole.len() - cut,
                "all lengths are readable after 22 bytes"
            );
        }
    }
    assert_eq!(verdict(Bolt::default(), &whole, 3).0, 1);
}

proptest! {
    #[test]
    fn any_bytes_give_the_same_answer_in_any_pieces(
        mut input in prop::collection::vec(any::<u8>(), 0..300),
        start in prop::sample::select(vec![vec![], vec![1, 1, 0, 1], vec![0xDA, 0xBB], vec![1, 2]]),
        chunk in 1_usize..40,
    ) {
        input.splice(0..0, start);
        prop_assert_eq!(verdict(Bolt::default(), &input, chunk), verdict(Bolt::default(), &input, input.len()));
        prop_assert_eq!(verdict(Dubbo::default(), &input, chunk), verdict(Dubbo::default(), &input, input.len()));
    }
}
