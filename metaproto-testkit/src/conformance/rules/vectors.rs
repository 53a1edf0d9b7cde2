//! V: vectors and cross-checks.

use std::sync::Arc;

use super::hosts;
use crate::conformance::bench::{Bench, DIRECTIONS, NO_MESSAGE, spoilt};
use crate::conformance::case::Case;
use crate::conformance::finding::{Finding, differing, traces};
use crate::conformance::rule::{Applied, Check, Rule, Scope, Trial, Whole};
use crate::conformance::subject::{Answer, Subject, guard};
use crate::conformance::trace::drive;
use crate::layout;
use crate::report::Level;
use crate::vector::{self, Expect, Vector};

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "V001",
        name: "v001_golden_vectors_hold",
        level: Level::Must,
        title: "every golden vector decodes to what it states, and changes as it states",
        why: "a codec that is wrong in the same way in both directions passes every round trip; only a real peer's bytes show it",
        fix: "compare the row that differs with the protocol's description; if the vector is wrong, correct it by hand",
        trial: Trial::Whole(golden),
    },
    Rule {
        id: "V002",
        name: "v002_reject_vectors_are_refused",
        level: Level::Must,
        title: "every reject vector is refused as it states",
        why: "a hostile input that was refused once must stay refused",
        fix: "see which check the input got past; where two places or rules differ, see which one the description bears out",
        trial: Trial::Whole(rejects),
    },
    Rule {
        id: "V003",
        name: "v003_a_second_implementation_agrees",
        level: Level::Should,
        title: "a second implementation says the same: of messages, of nearly messages, of spoilt ones",
        why: "two implementations seldom make the same mistake: where they differ, one is wrong",
        fix: "find out which of the two is right about the input; the declared schema counts as an implementation",
        trial: Trial::Cases {
            cases: compared,
            check: agrees,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "V004",
        name: "v004_hosts_agree",
        level: Level::Should,
        title: "behind a proxy and real sockets, the same requests get the same answers",
        why: "hosts have bugs too, and ids, heartbeats, one-way requests and errors meet only there",
        fix: "compare with what the session alone says; see X003 for ids and X006 for answers that nobody is owed",
        trial: Trial::Whole(hosts::agree),
    },
];

/// Replays the vectors that `wanted` accepts.
fn replay(bench: &Bench, wanted: impl Fn(&Vector) -> bool, none: &str) -> Whole {
    let mut count = 0;
    for (path, file) in &bench.vectors {
        for vector in file.vectors.iter().filter(|vector| wanted(vector)) {
            count += 1;
            let replayed = guard(|| vector::replay(vector, || Box::new(bench.subject.codec())));
            // R001 tells more of a panic.
            let Ok(replayed) = replayed else { continue };
            if let Err(mismatch) = replayed {
                let name = path.file_name().unwrap_or(path.as_os_str()).display();
                let origin: Arc<str> =
                    format!("{name} [{}], line {}", vector.name, vector.line).into();
                let side = |value: fn(&vector::Row) -> Option<&String>| {
                    let shown = mismatch.rows.iter().map(|row| match value(row) {
                        Some(text) => format!("{} = {text}", row.name),
                        None => format!("no {}", row.name),
                    });
                    shown.collect::<Vec<_>>().join(", ")
                };
                let finding = Finding::new(
                    side(|row| row.expected.as_ref()),
                    side(|row| row.found.as_ref()),
                )
                .called("vector", "codec");
                let case = Case::from_vector(vector, &origin);
                return Whole::Broken(Box::new((case, finding)), count);
            }
        }
    }
    if count == 0 {
        Whole::Unsupported(none.to_owned())
    } else {
        Whole::Holds(count)
    }
}

/// Whether a vector is there to be refused.
fn is_reject(vector: &Vector) -> bool {
    vector
        .blocks
        .iter()
        .any(|block| matches!(block.expect, Expect::Reject(_)))
}

fn golden(bench: &Bench) -> Whole {
    replay(
        bench,
        |vector| !is_reject(vector),
        "there are no vectors: interoperability is unproven",
    )
}

fn rejects(bench: &Bench) -> Whole {
    replay(
        bench,
        is_reject,
        "no vector states bytes that must be refused",
    )
}

fn compared(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    if subject.reference.is_none()
        && DIRECTIONS
            .iter()
            .all(|direction| subject.schema(*direction).is_none())
    {
        return Err("there is no second implementation and no schema".to_owned());
    }
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        let valid = bench.valid(direction).iter().cloned();
        let near = bench.near(direction).iter().map(|(_, frame)| frame.clone());
        for frame in valid
            .chain(near)
            .chain(spoilt(bench, direction, 8 * bench.effort))
        {
            cases.push(Case::new(direction, vec![frame]));
        }
    }
    if cases.is_empty() {
        Err(NO_MESSAGE.to_owned())
    } else {
        Ok(cases)
    }
}

fn agrees(subject: &Subject, case: &Case) -> Check {
    if let Some(make) = &subject.reference {
        let other = Subject::new(subject.name.clone(), Arc::clone(make));
        let stream = [case.stream()];
        let (ours, theirs) = (
            drive(subject, case.direction, &stream),
            drive(&other, case.direction, &stream),
        );
        if let Some(finding) = traces(&theirs, &ours) {
            return Err(finding.called("second", "this codec"));
        }
    }
    let Some(schema) = subject.schema(case.direction) else {
        return Ok(Applied::Yes);
    };
    let stream = case.stream();
    let answer = subject.ask_fresh(case.direction, &stream);
    let by_schema = |expected: String| {
        Err(Finding::new(expected, answer.to_string()).called("by the schema", "this codec"))
    };
    match (
        layout::read(schema, case.direction, &stream).outcome,
        &answer,
    ) {
        (_, Answer::Panic(_)) => Ok(Applied::No),
        (
            layout::Outcome::Message(_, facts),
            Answer::Done {
                consumed,
                facts: found,
            },
        ) if facts.length == *consumed => differing(&facts, found)
            .map_or(Ok(Applied::Yes), |finding| {
                Err(finding.called("by the schema", "this codec"))
            }),
        (layout::Outcome::Message(_, facts), _) => {
            by_schema(format!("Done {{ consumed: {} }}", facts.length))
        }
        // The session refuses it, once the codec has said what it is.
        (
            layout::Outcome::Malformed {
                fault: layout::FaultClass::Direction,
                ..
            },
            Answer::Done { facts, .. },
        ) if !facts.kind.may_travel(case.direction) => Ok(Applied::Yes),
        // What is cut short may be refused early, but it is no message.
        (layout::Outcome::Truncated { at_least }, Answer::Done { .. }) => {
            by_schema(format!("WaitForData {{ at_least: {at_least} }}"))
        }
        (layout::Outcome::Truncated { .. }, _) | (_, Answer::Error(_)) => Ok(Applied::Yes),
        (
            layout::Outcome::Malformed {
                path,
                offset,
                fault,
            },
            _,
        ) => by_schema(format!(
            "an error in {path}, byte {offset}: {}",
            fault.why()
        )),
        (
            layout::Outcome::Limit {
                path,
                offset,
                found,
                max,
            },
            _,
        ) => by_schema(format!(
            "an error in {path}, byte {offset}: {found} is above {max}"
        )),
    }
}
