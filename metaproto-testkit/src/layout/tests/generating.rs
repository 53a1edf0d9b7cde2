//! What is generated.

use std::time::{Duration, Instant};

use metaproto_codec::{Direction, OwnedHeader, Part};

use super::super::*;
use super::samples::{Bolt, Lists, Small};

fn labels<H: OwnedHeader>(direction: Direction) -> Vec<(Class, String)> {
    let cases = generate(&H::SCHEMA, direction, 1);
    cases.into_iter().map(|it| (it.class, it.label)).collect()
}

#[test]
fn a_small_header_gives_a_hundred_cases_with_labels_that_read_well() {
    let cases = labels::<Small>(Direction::ServerToClient);
    assert!((60..=200).contains(&cases.len()), "{}", cases.len());
    for expected in [
        (Class::Valid, "`code` = other (2)"),
        (Class::Valid, "`flow` = the sign bit"),
        (Class::Valid, "a body of 300 bytes"),
        (Class::HugeLength, "`total` = 2^31 instead of 26"),
        (
            Class::AboveMaxFrame,
            "`total` = its maximum + 1 instead of 26",
        ),
    ] {
        let found = cases
            .iter()
            .any(|(class, label)| (*class, label.as_str()) == expected);
        assert!(found, "{expected:?} {cases:#?}");
    }
    let cases = labels::<Lists>(Direction::ClientToServer);
    for expected in [
        (Class::Valid, "`headers`: 0 pairs"),
        (Class::Valid, "`kind` = ping (4)"),
        (Class::Valid, "4 bytes of header that no field knows"),
        (Class::Constant, "`magic` byte 1 flipped"),
        (Class::InnerLength, "`headers[0].key.len` = 0 instead of 4"),
        (Class::Code, "`kind` = 6, which is not listed"),
        (Class::Code, "`kind` = response (2), in the wrong direction"),
        (Class::Text, "`place.name`: a cut 3-byte sequence"),
        (Class::Bool, "`flags[0]` = 2, which is no boolean"),
    ] {
        let found = cases
            .iter()
            .any(|(class, label)| (*class, label.as_str()) == expected);
        assert!(found, "{expected:?} {cases:#?}");
    }
}

#[test]
fn generation_is_quick_and_the_same_at_every_run() {
    let schema = Lists::SCHEMA;
    let started = Instant::now();
    let first = generate(&schema, Direction::ClientToServer, 1);
    let took = started.elapsed();
    assert_eq!(first, generate(&schema, Direction::ClientToServer, 1));
    // Far above what it takes, for machines that are busy.
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn random_messages_are_mostly_valid() {
    for (schema, least) in [
        (Small::SCHEMA, 200),
        (Lists::SCHEMA, 100),
        (Bolt::SCHEMA, 100),
    ] {
        let cases = generate(&schema, Direction::ClientToServer, 10);
        let random = cases.iter().filter(|case| case.label.starts_with("random"));
        assert!(random.count() >= least, "{}", schema.name);
    }
}
