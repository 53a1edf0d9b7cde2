//! The planted codecs: the right ones are right, and every mistake shows.

#[path = "planted/mod.rs"]
mod planted;

use std::collections::{BTreeMap, BTreeSet};

use metaproto_codec::{Codec, Limits, Metadata, Next, Session};
use planted::{
    Bug, cart_rejects, cart_vectors, knot_frames, knot_rejects, make, make_right, transcript,
};

/// The rules of the conformance suite that a codec can break; V004 is about hosts.
const RULES: [(char, usize); 6] = [
    ('D', 14),
    ('M', 9),
    ('E', 13),
    ('X', 7),
    ('R', 11),
    ('V', 3),
];

#[test]
fn every_rule_has_a_mistake_that_is_about_it() {
    let mut by_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for bug in Bug::ALL {
        by_rule.entry(bug.caught_by()).or_default().push(bug.id());
    }
    let rules: Vec<String> = RULES
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number:03}")))
        .collect();
    for rule in &rules {
        assert!(by_rule.contains_key(rule.as_str()), "no mistake for {rule}");
    }
    for (rule, bugs) in &by_rule {
        assert!(rules.iter().any(|known| known == rule), "{rule}: {bugs:?}");
    }
    let ids: BTreeSet<_> = Bug::ALL.iter().map(|bug| bug.id()).collect();
    assert_eq!(ids.len(), Bug::ALL.len(), "ids are unique");
    assert!(Bug::ALL.len() >= 64);
    for bug in Bug::ALL {
        assert!(bug.what().ends_with('.') && !bug.what().contains('\n'));
        let camel: String = bug.id().split('-').map(capital).collect();
        assert_eq!(
            camel,
            format!("{bug:?}"),
            "the id is the name in kebab case"
        );
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// Whatever a transcript differs in, a user of the codec can see.
#[test]
fn every_mistake_shows() {
    let mut right = BTreeMap::new();
    let mut hidden = Vec::new();
    for bug in Bug::ALL {
        let right = right
            .entry(bug.is_of_knot())
            .or_insert_with(|| transcript(&|| make_right(*bug), bug.is_of_knot()));
        // Memory does not show in an answer: `planted_memory` counts it, and a stack that is full ends the process.
        let wrong = transcript(&|| make(Some(*bug)), bug.is_of_knot());
        let is_of_memory = matches!(bug, Bug::ReservesByLength | Bug::RecursesIntoBody);
        if *right == wrong && !is_of_memory {
            hidden.push(bug.id());
        }
    }
    let again = transcript(&|| make(None), false);
    assert!(hidden.is_empty(), "these never show: {hidden:?}");
    assert_eq!(right[&false], again, "the right codec always says the same");
    for (_, lines) in right {
        assert!(lines.len() > 1000);
        let panics = lines.iter().filter(|line| line.contains("panicked"));
        assert_eq!(panics.count(), 0, "the right codecs do not panic");
    }
}

#[test]
fn the_right_codecs_read_their_vectors() {
    for (bug, vectors) in [(None, cart_vectors()), (Some(Bug::CrcStale), knot_frames())] {
        for (direction, bytes) in vectors {
            let codec = bug.map_or_else(|| make(None), make_right);
            let mut session = Session::new(codec, direction, Limits::default());
            let mut metadata = Metadata::default();
            session.receive(&bytes);
            let found = session.next_message(&mut metadata);
            assert_eq!(found, Ok(Next::Message { offset: 0 }), "{bytes:02x?}");
            assert_eq!(session.finish(), Ok(()), "{bytes:02x?}");
        }
    }
}

#[test]
fn the_right_codecs_refuse_what_is_wrong() {
    let rejects = [
        (None, cart_rejects()),
        (Some(Bug::CrcStale), knot_rejects()),
    ];
    for (bug, rejects) in rejects {
        for (direction, bytes, rule) in rejects {
            let codec = bug.map_or_else(|| make(None), make_right);
            let error = refusal(Session::new(codec, direction, Limits::default()), &bytes);
            assert_eq!(error, Some(rule), "{direction} {bytes:02x?}");
        }
    }
}

fn refusal(mut session: Session<Box<dyn Codec>>, bytes: &[u8]) -> Option<&'static str> {
    session.receive(bytes);
    let error = session.next_message(&mut Metadata::default());
    error.err().map(|error| error.fault().rule())
}
