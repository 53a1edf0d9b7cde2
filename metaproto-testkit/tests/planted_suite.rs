//! The suite catches every planted bug, and finds nothing wrong with the codecs that have none.
//!
//! `METAPROTO_BLESS=1` writes the table of `docs/planted-bugs.md`.

#[path = "planted/mod.rs"]
mod planted;

use std::alloc::System;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use metaproto_codec::{Codec, Direction};
use metaproto_testkit::conformance::{Rule, Suite};
use metaproto_testkit::report::Outcome;
use metaproto_testkit::vector::{Block, Expect, Rejection, Vector, VectorFile, observe};
use planted::{Bug, cart_rejects, cart_vectors, knot_frames, knot_rejects, make, make_right};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tempfile::TempDir;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The suite for a codec, as its author would set it up: with vectors.
fn suite(make: impl Fn() -> Box<dyn Codec> + Send + Sync + 'static, vectors: &Path) -> Suite {
    Suite::new("planted", make)
        .vectors(vectors)
        .allocated(|| ALLOCATOR.stats().bytes_allocated)
}

fn suite_of(bug: Bug, vectors: &Vectors) -> Suite {
    let suite = suite(move || make(Some(bug)), vectors.of(bug.is_of_knot()));
    // A test in a process of its own knows by its name which codec it is about.
    if bug == Bug::RecursesIntoBody {
        suite.isolated_test("isolated_recursion")
    } else {
        suite
    }
}

/// The vectors of both protocols, with what the right codecs say of them.
struct Vectors {
    cart: TempDir,
    knot: TempDir,
}

impl Vectors {
    fn write() -> Self {
        let of = |file: VectorFile| {
            let directory = tempfile::tempdir().unwrap();
            std::fs::write(directory.path().join("all.mpv"), file.to_string()).unwrap();
            directory
        };
        let right_knot = || make_right(Bug::DepthUnbounded);
        Self {
            cart: of(file(cart_vectors(), cart_rejects(), || make(None))),
            knot: of(file(knot_frames(), knot_rejects(), right_knot)),
        }
    }

    fn of(&self, is_of_knot: bool) -> &Path {
        let directory = if is_of_knot { &self.knot } else { &self.cart };
        directory.path()
    }
}

fn file(
    messages: Vec<(Direction, Vec<u8>)>,
    rejects: Vec<(Direction, Vec<u8>, &'static str)>,
    right: impl Fn() -> Box<dyn Codec>,
) -> VectorFile {
    let messages = messages
        .into_iter()
        .enumerate()
        .map(|(index, (direction, bytes))| {
            let mut vector = Vector::new(format!("message{index}"), direction);
            vector.blocks.push(Block::new(bytes, Expect::Message));
            observe(&vector, &right)
        });
    let rejects = rejects
        .into_iter()
        .enumerate()
        .map(|(index, (direction, bytes, rule))| {
            let mut vector = Vector::new(format!("reject{index}"), direction);
            let rejection = Rejection {
                limit: rule == "above_maximum",
                rule: Some(rule.to_owned()),
                ..Rejection::default()
            };
            vector
                .blocks
                .push(Block::new(bytes, Expect::Reject(rejection)));
            vector
        });
    VectorFile {
        origin: None,
        vectors: messages.chain(rejects).collect(),
    }
}

/// The rules that a codec breaks, of any level.
fn broken(suite: &Suite) -> Vec<String> {
    let rules = suite.check().unwrap().rules;
    assert_eq!(rules.len(), Rule::all().count());
    let failed = rules
        .into_iter()
        .filter(|rule| matches!(rule.outcome, Outcome::Failed(_)));
    // That vectors lack a kind is said of the vectors, not of the codec.
    failed
        .map(|rule| rule.id)
        .filter(|id| id != "M007")
        .collect()
}

#[test]
fn every_planted_bug_is_caught_and_the_right_codecs_pass() {
    let vectors = Vectors::write();
    for (name, is_of_knot) in [("Cart", false), ("Knot", true)] {
        let right = if is_of_knot {
            Some(Bug::DepthUnbounded)
        } else {
            None
        };
        let make = move || right.map_or_else(|| make(None), make_right);
        let suite = suite(make, vectors.of(is_of_knot)).isolated_test(if is_of_knot {
            "isolated_knot"
        } else {
            "isolated_cart"
        });
        for rule in suite.check().unwrap().rules {
            if let Outcome::Failed(failure) = &rule.outcome {
                assert_eq!(rule.id, "M007", "{name} is right: {}", failure.text);
            }
        }
    }

    let next = AtomicUsize::new(0);
    let table = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let t = std::time::Instant::now();
                    let broken = broken(&suite_of(*bug, &vectors));
                    {
                        use std::io::Write;
                        let _ = writeln!(
                            std::io::stderr(),
                            "{} {:?} {:.1}",
                            bug.id(),
                            broken,
                            t.elapsed().as_secs_f64()
                        );
                    }
                    table.lock().unwrap().insert(bug.id(), broken);
                }
            });
        }
    });
    let table = table.into_inner().unwrap();

    let missed: Vec<_> = Bug::ALL
        .iter()
        .filter(|bug| !table[bug.id()].iter().any(|rule| rule == bug.caught_by()))
        .map(|bug| {
            format!(
                "{} should break {}, breaks {:?}",
                bug.id(),
                bug.caught_by(),
                table[bug.id()]
            )
        })
        .collect();
    assert!(
        missed.is_empty(),
        "{} bugs are not caught:\n{}",
        missed.len(),
        missed.join("\n")
    );

    // V004 is about hosts: no codec of ours breaks a host, and M007 is about vectors.
    let idle: Vec<_> = Rule::all()
        .map(|rule| rule.id)
        .filter(|id| !matches!(*id, "V004" | "M007"))
        .filter(|id| !table.values().flatten().any(|broken| broken == id))
        .collect();
    assert!(idle.is_empty(), "these rules catch nothing: {idle:?}");
    compare("docs/planted-bugs.md", &page(&table));
}

#[test]
fn isolated_recursion() {
    let vectors = Vectors::write();
    let rule = suite_of(Bug::RecursesIntoBody, &vectors)
        .check_rule("R009")
        .unwrap();
    assert!(
        matches!(rule.outcome, Outcome::Failed(_)),
        "{:?}",
        rule.outcome
    );
}

#[test]
fn isolated_cart() {
    let vectors = Vectors::write();
    let suite = suite(|| make(None), vectors.of(false)).isolated_test("isolated_cart");
    assert_eq!(suite.check_rule("R009").unwrap().outcome, Outcome::Passed);
}

#[test]
fn isolated_knot() {
    let vectors = Vectors::write();
    let suite =
        suite(|| make_right(Bug::DepthUnbounded), vectors.of(true)).isolated_test("isolated_knot");
    assert_eq!(suite.check_rule("R009").unwrap().outcome, Outcome::Passed);
}

/// The table of the guide.
fn page(table: &BTreeMap<&str, Vec<String>>) -> String {
    let mut text = String::from(include_str!("planted/page.md"));
    let alone = Bug::ALL
        .iter()
        .filter(|bug| table[bug.id()].len() == 1)
        .count();
    let _ = writeln!(
        text,
        "{} codecs, each wrong in one way; all are caught by the rule that is about them, {alone} by no other.\n",
        Bug::ALL.len()
    );
    text.push_str("| Bug | What it does | Rule | Also breaks |\n|---|---|---|---|\n");
    for bug in Bug::ALL {
        let others: Vec<&str> = table[bug.id()]
            .iter()
            .map(String::as_str)
            .filter(|rule| *rule != bug.caught_by())
            .collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            bug.id(),
            bug.what(),
            bug.caught_by(),
            others.join(" ")
        );
    }
    text.push_str(
        "\n## By rule\n\n| Rule | What it demands | Bugs that it catches |\n|---|---|---|\n",
    );
    for rule in Rule::all() {
        let count = table
            .values()
            .filter(|broken| broken.iter().any(|id| id == rule.id))
            .count();
        let _ = writeln!(text, "| {} | {} | {count} |", rule.id, rule.title);
    }
    text
}

/// Compares a generated page with the one in the repository, or writes it.
fn compare(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    if std::env::var_os("METAPROTO_BLESS").is_some_and(|value| value == "1") {
        return std::fs::write(path, text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "{page} is not what the suite finds; run this test with METAPROTO_BLESS=1 and review the difference"
    );
}

#[test]
#[ignore]
fn times() {
    let vectors = Vectors::write();
    let bug = Bug::ALL
        .iter()
        .find(|bug| bug.id() == std::env::var("BUG").unwrap())
        .copied();
    let suite = match bug {
        Some(bug) => suite_of(bug, &vectors),
        None => suite(|| make(None), vectors.of(false)),
    };
    for rule in Rule::all() {
        let t = std::time::Instant::now();
        let done = suite.check_rule(rule.id).unwrap();
        println!(
            "{} {:?} cases {} {:.3}",
            rule.id,
            std::mem::discriminant(&done.outcome),
            done.cases,
            t.elapsed().as_secs_f64()
        );
    }
}
