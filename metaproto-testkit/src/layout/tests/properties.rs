//! What holds for every schema, whatever its shapes.

use metaproto_codec::schema::Presence;
use metaproto_codec::{Direction, Schema};
use proptest::prelude::*;

use super::super::*;
use super::shapes::ALL;

const DIRECTIONS: [Direction; 2] = [Direction::ClientToServer, Direction::ServerToClient];

/// Reads `bytes`; what is accepted must be written as it was, and its spans must tile it.
fn outcome(schema: &Schema, direction: Direction, bytes: &[u8]) -> Outcome {
    let Reading { spans, outcome } = read(schema, direction, bytes);
    let shown = || format!("{} {direction} {bytes:02x?}", schema.name);
    let mut at = 0;
    for span in &spans {
        assert_eq!(span.start_bit, at, "{} {spans:?}", shown());
        at += span.bits;
    }
    assert!(at <= 8 * bytes.len(), "{}", shown());
    if let Outcome::Message(message, facts) = &outcome {
        assert_eq!(at, 8 * facts.length, "{}", shown());
        assert_written(schema, direction, message, &bytes[..facts.length]);
    }
    outcome
}

/// Whether a message that was read is written as it was. Only a length prefix that had more bytes than it needs is
/// written with fewer.
pub(super) fn assert_written(
    schema: &Schema,
    direction: Direction,
    message: &Message,
    bytes: &[u8],
) {
    let shown = || format!("{} {direction} {bytes:02x?}", schema.name);
    let written = write(message, &[]);
    if written == bytes {
        return;
    }
    assert!(written.len() < bytes.len(), "{} {written:02x?}", shown());
    let again = read(schema, direction, &written).outcome;
    let Outcome::Message(again, _) = again else {
        panic!("{} {again:?}", shown())
    };
    assert_eq!(again.body, message.body, "{}", shown());
    assert_eq!(write(&again, &[]), written, "{}", shown());
}

#[test]
fn generated_messages_are_what_they_are_said_to_be() {
    for schema in ALL {
        for direction in DIRECTIONS {
            let cases = generate(schema, direction, 3);
            let valid = cases.iter().filter(|case| case.class == Class::Valid);
            assert!(valid.count() > 10, "{}", schema.name);
            for case in &cases {
                let is_right = match (&case.truth, outcome(schema, direction, &case.bytes)) {
                    (Truth::Valid(facts), Outcome::Message(_, found)) => {
                        *facts == found && facts.length == case.bytes.len()
                    }
                    (
                        Truth::Malformed {
                            path,
                            offset,
                            fault,
                        },
                        Outcome::Malformed {
                            path: p,
                            offset: o,
                            fault: f,
                        },
                    ) => (path, *offset, *fault) == (&p, o, f),
                    (
                        Truth::Limit { path, offset },
                        Outcome::Limit {
                            path: p, offset: o, ..
                        },
                    ) => (path, *offset) == (&p, o),
                    _ => false,
                };
                assert!(is_right, "{} {case:02x?}", schema.name);
            }
        }
    }
}

#[test]
fn a_message_that_is_cut_waits_and_for_no_more_than_it_needs() {
    for schema in ALL {
        for direction in DIRECTIONS {
            for case in generate(schema, direction, 1) {
                let Truth::Valid(_) = case.truth else {
                    continue;
                };
                let mut wanted = 0;
                for cut in 0..case.bytes.len().min(300) {
                    let outcome = outcome(schema, direction, &case.bytes[..cut]);
                    let Outcome::Truncated { at_least } = outcome else {
                        panic!("{} {cut} {outcome:?} {case:02x?}", schema.name)
                    };
                    let end = cut + at_least;
                    assert!(
                        end > cut && end <= case.bytes.len(),
                        "{} {cut} {case:02x?}",
                        schema.name
                    );
                    // What was once known to be needed still is.
                    assert!(end >= wanted, "{} {cut} {case:02x?}", schema.name);
                    wanted = end;
                }
            }
        }
    }
}

#[test]
fn generated_messages_show_each_field_there_and_absent_and_each_fault() {
    let mut faults = std::collections::HashSet::new();
    for schema in ALL {
        let direction = Direction::ClientToServer;
        let mut messages = Vec::new();
        for case in generate(schema, direction, 1) {
            match outcome(schema, direction, &case.bytes) {
                Outcome::Message(message, _) => messages.push(message),
                Outcome::Malformed { fault, .. } => drop(faults.insert(fault.rule())),
                _ => {}
            }
        }
        let optional = schema
            .fields
            .iter()
            .filter(|field| !matches!(field.presence, Presence::Always));
        for field in optional {
            let is_there = |message: &Message| message.get(field.name) != Some(&Value::Absent);
            let there = messages.iter().filter(|it| is_there(it)).count();
            assert!(there > 0 && there < messages.len(), "{}", field.name);
        }
    }
    for fault in [
        "below_minimum",
        "past_end",
        "excess",
        "utf8",
        "code",
        "constant",
        "varint",
        "padding",
        "checksum",
    ] {
        assert!(faults.contains(fault), "{fault} {faults:?}");
    }
}

#[test]
fn every_alternative_is_generated_with_something_in_it() {
    let direction = Direction::ClientToServer;
    let cases = generate(&super::shapes::NESTED, direction, 1);
    let paths: Vec<_> = cases
        .iter()
        .filter(|case| case.class == Class::Valid)
        .flat_map(|case| read(&super::shapes::NESTED, direction, &case.bytes).spans)
        .map(|span| span.path)
        .collect();
    for expected in [
        "content.value.label",
        "content.sum",
        "content.label",
        "content.label.pad",
        "items[0].value.x",
    ] {
        assert!(paths.iter().any(|path| path == expected), "{expected}");
    }
}

#[test]
fn what_is_shrunk_comes_to_an_end_and_stays_smaller() {
    for schema in ALL {
        let mut message = models::rich(schema, Direction::ClientToServer);
        let mut steps = 0;
        while let Some(simpler) = shrink(&message).next() {
            message = simpler;
            steps += 1;
            assert!(steps < 100, "{} {message:?}", schema.name);
        }
        let least = write(&models::lean(schema, Direction::ClientToServer), &[]);
        assert!(
            write(&message, &[]).len() <= least.len() + 8,
            "{}",
            schema.name
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_message_is_answered(
        schema in prop::sample::select(&ALL[..]),
        pick in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let direction = Direction::ClientToServer;
        let cases = cached(schema, direction);
        let mut bytes = pick.get(&cases).clone();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        outcome(schema, direction, &bytes);
        if let Outcome::Truncated { at_least } = outcome(schema, direction, &bytes[..cut.index(bytes.len())]) {
            prop_assert!(at_least > 0);
        }
    }

    #[test]
    fn any_bytes_are_answered(
        schema in prop::sample::select(&ALL[..]),
        bytes in prop::collection::vec(0_u8..12, 0..80),
    ) {
        outcome(schema, Direction::ServerToClient, &bytes);
    }
}

/// Generated messages, made once.
fn cached(schema: &'static Schema, direction: Direction) -> std::rc::Rc<Vec<Vec<u8>>> {
    use std::{cell::RefCell, collections::HashMap, rc::Rc};
    thread_local! {
        static CASES: RefCell<HashMap<&'static str, Rc<Vec<Vec<u8>>>>> = RefCell::default();
    }
    CASES.with_borrow_mut(|cases| {
        let make = || {
            let cases = generate(schema, direction, 2).into_iter();
            Rc::new(
                cases
                    .map(|case| case.bytes)
                    .filter(|it| it.len() < 500)
                    .collect(),
            )
        };
        Rc::clone(cases.entry(schema.name).or_insert_with(make))
    })
}

#[test]
fn spoilt_messages_are_mended_where_only_checksums_are_wrong() {
    let schema = &super::shapes::TRAILERS;
    let direction = Direction::ClientToServer;
    let bytes = write(&models::rich(schema, direction), &[]);
    let mut spoilt = bytes.clone();
    // In the header, which the first checksum sums up, and which both sum up for the second.
    spoilt[0] ^= 0x80;
    assert!(!matches!(
        outcome(schema, direction, &spoilt),
        Outcome::Message(..)
    ));
    let mended = mended(schema, direction, &spoilt);
    let Outcome::Message(message, _) = outcome(schema, direction, &mended) else {
        panic!("{mended:02x?}")
    };
    assert_eq!(
        message.get("flags").map(Value::number),
        Some(u128::from(spoilt[0]))
    );
    assert_eq!(super::super::mended(schema, direction, &bytes), bytes);
}
