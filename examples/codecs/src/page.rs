//! The page.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use metaproto_codec::{Capabilities, Codec};
use metaproto_testkit::report::{Outcome, Report};

use crate::features;
use crate::lines::Lines;
use crate::proof::{self, Data};
use crate::reference::Reference;
use crate::subject::SUBJECTS;

/// Where the reference implementation lies.
const REFERENCE: &str = "https://github.com/aeraki-mesh/meta-protocol-proxy";

/// The whole page.
pub(crate) fn render(root: &Path) -> Result<String> {
    let reports = proof::reports(root)?;
    let mut page = String::from(HEAD);
    lines(&mut page, root)?;
    can_do(&mut page)?;
    reference(&mut page)?;
    proven(&mut page, root)?;
    conformance(&mut page, &reports)?;
    Ok(page)
}

/// A row of a table: what it is about, and what is told there of each `T`.
type Feature<T> = (&'static str, fn(&T) -> String);

const HEAD: &str = "\
# The codecs

Five whole codecs of this repository, side by side and beside the reference implementation, which is the MetaProtocol
Proxy of Aeraki. This page is generated: `cargo run -p codecs -- --write` asks the codecs, counts the sources and the
recordings, runs the conformance suites and writes it; without `--write`, and in `cargo xtask test`, it compares. All of it
follows from the repository, on any machine.
";

fn lines(page: &mut String, root: &Path) -> Result<()> {
    *page += "
## Lines

Counted are the lines of each codec's library as rustfmt breaks them; *code* is what is left without comments, blank lines
and tests. awesomeRPC is without its command line.

The reference's lines are those of all files in the codec's directory, `src/application_protocols/dubbo` and so on: with
comments, blank lines, licences, protobuf and Bazel files, of which some have many. Of the 579 of brpc, about 230 are lines
of C++ code. So there are two ratios: our code to the reference's lines, and all our lines, documentation included, to them.

| codec | code | all lines | reference | code to reference | all lines to reference |
|---|--:|--:|--:|--:|--:|
";
    for subject in &SUBJECTS {
        let source = root.join("examples").join(subject.package).join("src");
        let Lines { code, all } = Lines::of_library(&source)?;
        let [theirs, of_code, of_all] = match subject.reference {
            Some(Reference { lines, .. }) => [
                lines.to_string(),
                percent(code, *lines),
                percent(all, *lines),
            ],
            None => [const { String::new() }; 3],
        };
        let protocol = subject.protocol;
        writeln!(
            page,
            "| {protocol} | {code} | {all} | {theirs} | {of_code} | {of_all} |"
        )?;
    }
    let shared = Lines::of_library(&root.join("metaproto-protobuf/src"))?;
    writeln!(
        page,
        "\nbrpc and tRPC share `metaproto-protobuf`, {} lines of code that are counted with neither: the reference has Google's\n\
         protobuf for that. Thrift is written here down to its values, in both its protocols and three transports; what reads\n\
         these for the reference is Envoy's, and not counted.",
        shared.code
    )?;
    Ok(())
}

/// `1 %` for 1 of 100.
fn percent(part: usize, whole: usize) -> String {
    format!("{:.0} %", 100.0 * part as f64 / whole as f64)
}

fn can_do(page: &mut String) -> Result<()> {
    *page += "
## What they can do

What a codec declares in its `Capabilities`, which the conformance suite holds it to. *Own error codes* are the errors of
a host whose reply differs from that of an unspecified one; they were found by asking for all of them. Every codec
can also be asked to replace the request id of a call, and tRPC's the id of a stream, which is how hosts share a connection.

";
    let codecs = SUBJECTS.each_ref().map(|subject| (subject.codec)());
    let heads = SUBJECTS.iter().map(|subject| subject.protocol);
    head(page, "", heads)?;
    let told: [Feature<Capabilities>; 5] = [
        ("kinds of message", features::kinds),
        ("request id", features::request_id),
        ("mutation sets", features::set),
        ("mutation removes", features::remove),
        ("largest message", features::max_frame),
    ];
    for (feature, tell) in told {
        let cells = codecs.iter().map(|codec| tell(&codec.capabilities()));
        row(page, feature, cells)?;
    }
    let mut errors = Vec::new();
    for codec in &codecs {
        errors.push(features::errors(&**codec as &dyn Codec)?);
    }
    row(page, "own error codes", errors)
}

fn reference(page: &mut String) -> Result<()> {
    writeln!(
        page,
        "
The same of [the reference]({REFERENCE}),
as the sources say that are named in the last row. A mutation there is a map of values, so that nothing can be removed.
"
    )?;
    let theirs = || {
        let both = SUBJECTS
            .iter()
            .map(|subject| (subject.protocol, subject.reference));
        both.filter_map(|(protocol, reference)| Some((protocol, reference?)))
    };
    head(page, "", theirs().map(|(protocol, _)| protocol))?;
    let told: [Feature<Reference>; 6] = [
        ("kinds of message", |it| it.kinds.to_owned()),
        ("request id", |it| it.request_id.to_owned()),
        ("mutation sets", |it| it.set.to_owned()),
        ("mutation removes", |_| "nothing".to_owned()),
        ("largest message", |it| it.max_frame.to_owned()),
        ("own error codes", |it| it.errors.to_owned()),
    ];
    for (feature, tell) in told {
        row(page, feature, theirs().map(|(_, it)| tell(it)))?;
    }
    let links = theirs().map(|(_, Reference { source, .. })| {
        let (file, commit) = source;
        let name = file.rsplit('/').next().unwrap_or(file);
        format!("[{name}]({REFERENCE}/blob/{commit}/src/application_protocols/{file})")
    });
    row(page, "source", links)
}

fn proven(page: &mut String, root: &Path) -> Result<()> {
    *page += "
## What they are held against

Recordings are of real servers, with real clients or with requests that Google's protobuf wrote; each `meta.json` names
them. They are read whole, byte by byte and at random splits, written again unchanged, and changed key by key. Each hostile
input has a verdict that must be reached. *Live* are the pairs of [real peers](peers.md) between which the codec is run.

| codec | recorded connections | their messages | hostile inputs | live pairs |
|---|--:|--:|--:|--:|
";
    for subject in &SUBJECTS {
        let Data {
            connections,
            messages,
            hostile,
            peers,
        } = Data::of(subject, root).with_context(|| subject.package)?;
        let protocol = subject.protocol;
        writeln!(
            page,
            "| {protocol} | {connections} | {messages} | {hostile} | {peers} |"
        )?;
    }
    *page += "
Proven on recordings alone, and not live:

- brpc and tRPC, all of them: [no package](peers.md) of PyPI, npm or Debian has a peer that could be run.
- Dubbo's Java peers, which none of these has either, and with them attachments of responses (types 3 to 5).
- Thrift's C++ and Go peers, and thriftpy2.

awesomeRPC is a protocol of this repository. Its tests run it against [a peer in Python](../examples/awesomerpc/tests/peer)
that was written without the SDK.
";
    Ok(())
}

fn conformance(page: &mut String, reports: &[Report]) -> Result<()> {
    *page += "
## Conformance

What [the suite](conformance.md) says of each [rule](rules/README.md). Thrift has a suite for each transport; unframed and
framed ones have no place for properties.

| suite | passed | not tried | allowed | broken |
|---|--:|--:|--:|--:|
";
    for report in reports {
        let tally = report.tally();
        writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            report.codec,
            tally.passed,
            tally.unsupported,
            tally.allowed,
            tally.failed + tally.warnings
        )?;
    }
    *page += "\nAllowed, for a reason:\n\n";
    let unsupported = |outcome: &Outcome| match outcome {
        Outcome::Unsupported { reason } => Some(reason.clone()),
        _ => None,
    };
    let allowed = |outcome: &Outcome| match outcome {
        Outcome::Allowed { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    reasons(page, reports, allowed)?;
    *page += "
Not tried, because the protocol has nothing of the kind, or the suite cannot know of it. What no schema tells of lengths and
limits is tried by the hostile inputs, which have verdicts for limits, and by each package's test of the memory that they
cost.

";
    reasons(page, reports, unsupported)
}

/// Each rule that has a reason, with the suites of which it is given.
fn reasons(
    page: &mut String,
    reports: &[Report],
    reason: impl Fn(&Outcome) -> Option<String>,
) -> Result<()> {
    let mut suites = BTreeMap::<_, Vec<&str>>::new();
    for report in reports {
        for rule in &report.rules {
            if let Some(reason) = reason(&rule.outcome) {
                let key = (&rule.id, &rule.title, reason);
                suites.entry(key).or_default().push(&report.codec);
            }
        }
    }
    *page += "| rule | suites | why |\n|---|---|---|\n";
    for ((id, title, reason), suites) in suites {
        writeln!(page, "| {id}, {title} | {} | {reason} |", suites.join("; "))?;
    }
    Ok(())
}

fn head<'a>(
    page: &mut String,
    first: &str,
    columns: impl Iterator<Item = &'a str> + Clone,
) -> Result<()> {
    row(page, first, columns.clone().map(str::to_owned))?;
    let rule = columns.map(|_| "---|").collect::<String>();
    writeln!(page, "|---|{rule}")?;
    Ok(())
}

fn row(page: &mut String, first: &str, cells: impl IntoIterator<Item = String>) -> Result<()> {
    let cells = cells.into_iter().map(|cell| format!(" {cell} |"));
    writeln!(page, "| {first} |{}", cells.collect::<String>())?;
    Ok(())
}
