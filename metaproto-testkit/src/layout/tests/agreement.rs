//! The interpreter against the code that the derive generates.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use metaproto_codec::schema::Role;
use metaproto_codec::{
    CodecError, Direction, Fault, HeaderCodec, Limits, Metadata, Next, OwnedHeader, Session,
};
use proptest::prelude::*;

use super::super::*;
use super::derived::{Ends, Framed, Optional, Own, Sevens, Trailed, Whole, Within};
use super::properties::assert_written;
use super::samples::{
    Answer, BigBits, Bodiless, Bolt, Codes, Lists, LittleBits, Narrow, Numbers, Small, Three,
};
use crate::facts::Facts;

const DIRECTIONS: [Direction; 2] = [Direction::ClientToServer, Direction::ServerToClient];

#[derive(Debug)]
enum Verdict {
    Message(Facts),
    Wait(usize),
    Refused(CodecError),
}

/// What the derived codec says.
fn derived<H: OwnedHeader>(direction: Direction, bytes: &[u8]) -> Verdict {
    let limits = Limits {
        max_frame: usize::MAX,
    };
    let mut session = Session::new(HeaderCodec::<H>::new(), direction, limits);
    let mut metadata = Metadata::default();
    session.receive(bytes);
    match session.next_message(&mut metadata) {
        Ok(Next::Message { .. }) => Verdict::Message(Facts::of(&metadata)),
        Ok(Next::Wait { at_least }) => Verdict::Wait(at_least),
        Err(error) => Verdict::Refused(error),
    }
}

fn without_places(path: &str) -> String {
    let mut depth = 0;
    path.chars()
        .filter(|c| {
            depth += usize::from(*c == '[');
            let inside = depth > 0;
            depth -= usize::from(*c == ']');
            !inside
        })
        .collect()
}

/// Compares both readings of `bytes`, and what must hold of each.
pub(super) fn compare<H: OwnedHeader>(direction: Direction, bytes: &[u8]) {
    let schema = H::SCHEMA;
    let Reading { spans, outcome } = read(&schema, direction, bytes);
    let theirs = derived::<H>(direction, bytes);
    let shown = || format!("{} {direction} {bytes:02x?}", schema.name);
    let end = match (&outcome, &theirs) {
        (Outcome::Message(message, facts), Verdict::Message(found)) => {
            assert_eq!(facts, found, "{}", shown());
            assert_written(&schema, direction, message, &bytes[..facts.length]);
            Some(8 * facts.length)
        }
        (Outcome::Truncated { at_least }, Verdict::Wait(found)) => {
            // Of nothing, a session does not ask the codec.
            assert!(
                bytes.is_empty() || at_least == found,
                "{at_least} {found} {}",
                shown()
            );
            None
        }
        (
            Outcome::Malformed {
                path,
                offset,
                fault,
            },
            Verdict::Refused(error),
        ) => {
            assert_eq!(fault.rule(), error.fault().rule(), "{}", shown());
            // The codec names the field, we the item in it.
            let field = error.field().to_string();
            assert!(
                without_places(path).starts_with(&field),
                "{path} {field}: {}",
                shown()
            );
            assert!(
                *offset as u64 >= error.offset(),
                "{path} {offset}: {}",
                shown()
            );
            None
        }
        (
            Outcome::Limit {
                path,
                offset,
                found,
                max,
            },
            Verdict::Refused(error),
        ) => {
            assert!(error.is_limit(), "{error}: {}", shown());
            let field = error.field().to_string();
            assert!(
                without_places(path).starts_with(&field),
                "{path} {field}: {}",
                shown()
            );
            assert!(*offset as u64 >= error.offset(), "{}", shown());
            let expected = Fault::AboveMaximum {
                found: *found,
                max: *max,
            };
            assert_eq!(error.fault(), &expected, "{}", shown());
            None
        }
        _ => panic!("{}\n  layout: {outcome:?}\n  derive: {theirs:?}", shown()),
    };
    let mut at = 0;
    for span in &spans {
        assert_eq!(span.start_bit, at, "{} {spans:?}", shown());
        assert!(span.bits > 0);
        at += span.bits;
    }
    assert_eq!(at, end.unwrap_or(at), "{} {spans:?}", shown());
    assert!(at <= 8 * bytes.len());
}

/// Whether the truth of every generated message is the derived codec's too.
fn check_generated<H: OwnedHeader>() {
    for direction in DIRECTIONS {
        let cases = generate(&H::SCHEMA, direction, 3);
        for (index, case) in cases.iter().enumerate() {
            assert!(case.bytes.len() <= 70_000);
            compare::<H>(direction, &case.bytes);
            // Other places to cut for each, so that it does not take long.
            for cut in (index % 13..case.bytes.len().min(400)).step_by(13) {
                compare::<H>(direction, &case.bytes[..cut]);
            }
            match (&case.truth, derived::<H>(direction, &case.bytes)) {
                (Truth::Valid(facts), Verdict::Message(found)) => {
                    assert_eq!((facts, facts.length), (&found, case.bytes.len()));
                    check_written::<H>(direction, &case.bytes);
                }
                (Truth::Malformed { .. }, Verdict::Refused(error)) => assert!(!error.is_limit()),
                (Truth::Limit { .. }, Verdict::Refused(error)) => assert!(error.is_limit()),
                (truth, verdict) => panic!("{}: {truth:?} {verdict:?}", case.label),
            }
        }
    }
}

/// Whether the derived header, read from `bytes`, is written as the interpreter writes it.
fn check_written<H: OwnedHeader>(direction: Direction, bytes: &[u8]) {
    let schema = H::SCHEMA;
    let Outcome::Message(mut message, _) = read(&schema, direction, bytes).outcome else {
        return;
    };
    // The header does not know how many bytes its numbers had, nor what follows its fields.
    forget_widths(&mut message.fields);
    message.extension.clear();
    let header = H::read_frame(bytes);
    // A property that is not text is no reason to refuse the message, but no `String` can hold it.
    if matches!(&header, Err(error) if *error.fault() == Fault::Utf8) {
        assert!(schema.find(|role| *role == Role::Properties).is_some());
        return;
    }
    let written = header.and_then(|header| header.to_frame(&message.body));
    assert_eq!(
        written.as_deref(),
        Ok(&write(&message, &[])[..]),
        "{} {bytes:02x?}",
        schema.name
    );
}

fn forget_widths(nodes: &mut [Node]) {
    nodes
        .iter_mut()
        .for_each(|node| forget_width(&mut node.value));
}

fn forget_width(value: &mut Value) {
    match value {
        Value::Varint { raw, .. } => *value = Value::Number(*raw),
        Value::List(items) => items.iter_mut().for_each(forget_width),
        Value::Part(nodes) => forget_widths(nodes),
        _ => {}
    }
}

macro_rules! for_each_sample {
    ($($name:ident: $header:ty;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn generated_messages_are_what_the_derived_codec_says() {
                check_generated::<$header>();
            }

            proptest! {
                #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

                #[test]
                fn mutated_messages_are_read_alike(
                    to_server in any::<bool>(),
                    pick in any::<prop::sample::Index>(),
                    edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
                    tail in prop::collection::vec(any::<u8>(), 0..40),
                ) {
                    let direction = DIRECTIONS[usize::from(to_server)];
                    let cases = cached::<$header>(direction);
                    let mut bytes = pick.get(&cases).clone();
                    for (at, byte) in edits {
                        let at = at.index(bytes.len());
                        bytes[at] = byte;
                    }
                    bytes.extend(tail);
                    compare::<$header>(direction, &bytes);
                }

                #[test]
                fn any_bytes_are_read_alike(to_server in any::<bool>(), bytes in prop::collection::vec(0_u8..12, 0..120)) {
                    compare::<$header>(DIRECTIONS[usize::from(to_server)], &bytes);
                }
            }
        }
    )*};
}
for_each_sample! {
    small: Small;
    numbers: Numbers;
    big_bits: BigBits;
    little_bits: LittleBits;
    lists: Lists;
    three: Three;
    bolt: Bolt;
    answer: Answer;
    codes: Codes;
    narrow: Narrow;
    optional: Optional;
    ends: Ends;
    sevens: Sevens;
    whole: Whole;
    bodiless: Bodiless;
    within: Within;
    trailed: Trailed;
    framed: Framed;
    own: Own;
}

/// Generated messages of ordinary size, made once.
fn cached<H: OwnedHeader>(direction: Direction) -> Rc<Vec<Vec<u8>>> {
    type Key = (&'static str, Direction);
    thread_local! {
        static CASES: RefCell<HashMap<Key, Rc<Vec<Vec<u8>>>>> = Default::default();
    }
    CASES.with_borrow_mut(|cases| {
        let make = || {
            let cases = generate(&H::SCHEMA, direction, 2);
            let small = cases.into_iter().filter(|case| case.bytes.len() < 2000);
            Rc::new(small.map(|case| case.bytes).collect())
        };
        cases
            .entry((H::SCHEMA.name, direction))
            .or_insert_with(make)
            .clone()
    })
}

/// What follows a block is no padding of what is in it.
#[test]
fn padding_that_does_not_fit_its_block_is_past_its_end() {
    let bytes = [
        2, 0, 0, 7, 0, 0, 0, 0, 3, 1, 0xB0, 0, 0, 0, 0x72, 1, 0, 0, 0x94, 0x6B,
    ];
    compare::<Within>(Direction::ServerToClient, &bytes);
}
