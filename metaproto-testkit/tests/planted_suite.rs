//! The suite catches every planted bug, and finds nothing wrong with the codecs that have none.
//!
//! `METAPROTO_WRITE_PAGES=1` writes the table of `docs/planted-bugs.md`.

mod pages;
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
    failed.map(|rule| rule.id).collect()
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
                panic!("{name} is right:\n{}", failure.text);
            }
        }
    }

    let next = AtomicUsize::new(0);
    let table = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let broken = broken(&suite_of(*bug, &vectors));
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

    // V004 is about hosts, and most bugs break it.
    let alone: Vec<_> = Rule::all()
        .map(|rule| rule.id)
        .filter(|id| *id != "V004" && Bug::ALL.iter().all(|bug| bug.caught_by() != *id))
        .collect();
    assert!(
        alone.is_empty(),
        "no bug in planted/bug.rs is about these rules: {alone:?}"
    );
    let idle: Vec<_> = Rule::all()
        .map(|rule| rule.id)
        .filter(|id| !table.values().flatten().any(|broken| broken == id))
        .collect();
    assert!(idle.is_empty(), "these rules catch nothing: {idle:?}");
    pages::compare("docs/planted-bugs.md", &page(&table));
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

/// The table of the guide. What a wrong codec does in a host depends on timing, and what a codec does that looks at
/// addresses depends on those: neither stands in the table.
fn page(table: &BTreeMap<&str, Vec<String>>) -> String {
    let others = |bug: &Bug| {
        let broken = table[bug.id()].iter().map(String::as_str);
        let listed = |rule: &&str| *rule != "V004" && *bug != Bug::FastPathForAligned;
        broken
            .filter(|rule| *rule != bug.caught_by())
            .filter(listed)
            .collect::<Vec<_>>()
    };
    let mut text = String::from(include_str!("planted/page.md"));
    let alone = Bug::ALL.iter().filter(|bug| others(bug).is_empty()).count();
    let count = Bug::ALL.len();
    let _ = writeln!(
        text,
        "{count} bugs; each is caught by the rule that is about it, {alone} by no other.\n"
    );
    text.push_str("| Bug | What it does | Rule | Also breaks |\n|---|---|---|---|\n");
    for bug in Bug::ALL {
        let (id, what, rule) = (bug.id(), bug.what(), bug.caught_by());
        let _ = writeln!(
            text,
            "| `{id}` | {what} | [{rule}](rules/{rule}.md) | {} |",
            others(bug).join(" ")
        );
    }
    text.push_str(
        "\n## By rule\n\n| Rule | What it demands | Bugs that it catches |\n|---|---|---|\n",
    );
    for rule in Rule::all().filter(|rule| rule.id != "V004") {
        let catches = |bug: &&Bug| bug.caught_by() == rule.id || others(bug).contains(&rule.id);
        let count = Bug::ALL.iter().filter(catches).count();
        let _ = writeln!(
            text,
            "| [{0}](rules/{0}.md) | {1} | {count} |",
            rule.id, rule.title
        );
    }
    text
}

#[test]
fn the_rule_pages_say_what_the_rules_say() {
    let mut index = String::from(include_str!("planted/rules.md"));
    for rule in Rule::all() {
        let (id, level) = (rule.id, rule.level.as_str());
        let _ = writeln!(index, "| [{id}]({id}.md) | {level} | {} |", rule.title);
        pages::compare(&format!("docs/rules/{id}.md"), &rule_page(rule));
    }
    pages::compare("docs/rules/README.md", &index);
    pages::compare("docs/SUMMARY.md", &summary());
}

/// The summary of the guide, with a line for each rule below that of their index.
fn summary() -> String {
    let is_of_rule = |line: &&str| line.starts_with("  - [") && line.contains("](rules/");
    let there = include_str!("../../docs/SUMMARY.md");
    let mut text = String::new();
    for line in there.lines().filter(|line| !is_of_rule(line)) {
        let _ = writeln!(text, "{line}");
        if line.contains("](rules/README.md)") {
            for Rule { id, .. } in Rule::all() {
                let _ = writeln!(text, "  - [{id}](rules/{id}.md)");
            }
        }
    }
    text
}

/// The page of one rule.
fn rule_page(rule: &Rule) -> String {
    let Rule {
        id,
        name,
        title,
        why,
        fix,
        ..
    } = rule;
    let mut page = format!(
        "# {id}: {title}\n\nLevel: {}. Test: `{name}`.\n\n",
        rule.level.as_str()
    );
    let _ = write!(
        page,
        "**Why.** {}.\n\n**How to fix it.** {}.\n\n",
        capital(why),
        capital(fix)
    );
    let bugs: Vec<&Bug> = Bug::ALL
        .iter()
        .filter(|bug| bug.caught_by() == *id)
        .collect();
    if !bugs.is_empty() {
        page.push_str(
            "**Mistakes that it catches**, each planted in a codec of the testkit's own tests:\n\n",
        );
        for bug in bugs {
            let _ = writeln!(page, "- `{}`: {}", bug.id(), bug.what());
        }
        page.push('\n');
    }
    let _ = writeln!(
        page,
        "Run it alone with `cargo test {}`. A codec that may break it says so, with the reason:\n",
        id.to_ascii_lowercase()
    );
    let _ = write!(
        page,
        "```rust,ignore\nmetaproto_testkit::conformance! {{\n    codec = MyCodec::new(),\n    allow({id} = \"why this codec may\"),\n}}\n```\n"
    );
    page
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The guide shows what an author sees first. Its last line, the command, depends on the author's package.
#[test]
fn the_guide_shows_a_failure_as_it_is() {
    let vectors = Vectors::write();
    let suite = suite_of(Bug::ForgetsIdWhenResumed, &vectors).name("Cart");
    let rule = suite.check_rule("D003").unwrap();
    let Outcome::Failed(failure) = rule.outcome else {
        panic!("{:?}", rule.outcome)
    };
    let (shown, _) = failure.text.split_once("  replay: ").unwrap();
    let guide = include_str!("../../docs/conformance.md");
    assert!(
        guide.contains(shown),
        "docs/conformance.md does not show this:\n{}",
        failure.text
    );
}
