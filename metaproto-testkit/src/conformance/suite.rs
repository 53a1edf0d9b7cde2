//! The suite for one codec: what it is told, and how a rule is run.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use metaproto_codec::{Capabilities, Codec, Limits};

use super::bench::{Bench, effort};
use super::case::{Case, Sizes};
use super::finding::Finding;
use super::rule::{Applied, Rule, Trial, Whole};
use super::shrink::shrink;
use super::subject::Subject;
use super::{coverage, dump, files, isolated, variable};
use crate::report::{self, Failure, Level, Outcome, Report, RuleReport};
use crate::vector::VectorFile;

/// The conformance suite for one codec. [`conformance!`](crate::conformance!) makes one with a test for each rule.
///
/// ```
/// use metaproto_codec::{Header, HeaderCodec, MIB};
/// use metaproto_testkit::conformance::Suite;
///
/// #[derive(Header)]
/// #[header(big_endian)]
/// struct Hello {
///     #[header(request_id)]
///     id: u32,
///     #[header(frame_len, max = MIB)]
///     length: u32,
/// }
///
/// let report = Suite::new("Hello", || Box::new(HeaderCodec::<Hello>::new())).check()?;
/// assert_eq!(report.tally().failed, 0);
/// # Ok::<(), String>(())
/// ```
pub struct Suite {
    pub(crate) subject: Subject,
    package: Package,
    vectors: Vec<PathBuf>,
    allowed: Vec<(&'static str, &'static str)>,
    strict: bool,
    bench: OnceLock<Result<Bench, String>>,
    /// The report without its rules.
    head: OnceLock<Report>,
    progress: Mutex<Progress>,
}

/// The package that a suite is part of, for its files and the commands that it prints.
#[derive(Clone, Debug, Default)]
struct Package {
    name: String,
    directory: PathBuf,
}

/// What ran so far.
#[derive(Debug, Default)]
struct Progress {
    rules: Vec<RuleReport>,
    started: Option<Instant>,
}

/// Rules that count what the whole process does run alone.
static ALONE: RwLock<()> = RwLock::new(());

impl Suite {
    /// A suite for the codecs that `make` makes, under a name for people.
    pub fn new(
        name: impl Into<String>,
        make: impl Fn() -> Box<dyn Codec> + Send + Sync + 'static,
    ) -> Self {
        Self {
            subject: Subject::new(name.into(), Arc::new(make)),
            package: Package::default(),
            vectors: Vec::new(),
            allowed: Vec::new(),
            strict: variable::flag("METAPROTO_STRICT"),
            bench: OnceLock::new(),
            head: OnceLock::new(),
            progress: Mutex::default(),
        }
    }

    /// The package that the suite belongs to: its name and directory. Its `tests/vectors` are taken, if there are any; to
    /// take others, call [`vectors`](Self::vectors) after this.
    #[must_use]
    pub fn package(mut self, name: &str, directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        self.vectors = vec![directory.join("tests/vectors")];
        self.package = Package {
            name: name.to_owned(),
            directory,
        };
        self
    }

    /// Another name for people.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.subject.name = name.into();
        self
    }

    /// The directory with the vectors, in place of `tests/vectors`; relative to the package's. It has to exist.
    #[must_use]
    pub fn vectors(mut self, directory: impl AsRef<Path>) -> Self {
        self.vectors = vec![self.package.directory.join(directory)];
        self
    }

    /// The limits of the host in which the codec is tried. Default: those of a session.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.subject.limits = limits;
        self
    }

    /// What the codec can do, in place of what it says itself. What it cannot do is *unsupported*, not failed.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Capabilities) -> Self {
        self.subject.capabilities = capabilities;
        self
    }

    /// A second implementation of the same protocol, against which V003 compares the codec.
    #[must_use]
    pub fn reference(mut self, make: impl Fn() -> Box<dyn Codec> + Send + Sync + 'static) -> Self {
        self.subject.reference = Some(Arc::new(make));
        self
    }

    /// Allows the codec to break a rule, for a reason that the report gives.
    ///
    /// # Panics
    ///
    /// If no rule has this id.
    #[must_use]
    pub fn allow(mut self, rule: &'static str, reason: &'static str) -> Self {
        assert!(
            Rule::find(rule).is_some(),
            "no rule is called {rule}; allow one of D001 to V004"
        );
        self.allowed.push((rule, reason));
        self
    }

    /// Whether a rule of level "should" fails the suite. Default: if `METAPROTO_STRICT=1` is set.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// How many bytes this process has allocated so far, for R007.
    #[must_use]
    pub fn allocated(mut self, allocated: fn() -> usize) -> Self {
        self.subject.allocated = Some(allocated);
        self
    }

    /// The path of the test that runs R009, as the test harness knows it: the suite starts it again in a process of its
    /// own.
    #[must_use]
    pub fn isolated_test(mut self, path: &str) -> Self {
        self.subject.isolated_test = Some(path.to_owned());
        self
    }

    /// Runs one rule as a test: prints what is broken, and panics if that is a failure.
    ///
    /// # Panics
    ///
    /// If the codec breaks the rule and is not allowed to, if a vector cannot be read, or if there is no such rule.
    pub fn run(&self, id: &str) {
        let Some(rule) = Rule::find(id) else {
            panic!("no rule is called {id}");
        };
        let started = Instant::now();
        self.progress().started.get_or_insert(started);
        let evaluated = match self.bench() {
            Ok(bench) => match files::replayed() {
                Some(path) => self.replay(bench, rule, &path),
                None => Ok(Some(self.evaluate(bench, rule))),
            },
            Err(why) => Err(why.clone()),
        };
        let done = match evaluated {
            Ok(Some(done)) => done,
            Ok(None) => return,
            Err(why) => panic!("{why}"),
        };
        if !isolated::is_child() {
            self.record(&done);
        }
        let fails = match done.level {
            Level::Must => true,
            Level::Should => self.strict,
            Level::Info => false,
        };
        if let Outcome::Failed(failure) = &done.outcome {
            println!("{}", failure.text);
            assert!(!fails, "{} is broken: {}", rule.id, rule.title);
        }
    }

    /// Runs all rules, and tells what came of them. Nothing is printed.
    ///
    /// # Errors
    ///
    /// A vector that cannot be read.
    pub fn check(&self) -> Result<Report, String> {
        let bench = self.bench().as_ref().map_err(Clone::clone)?;
        let mut report = self.head().clone();
        report.rules = Rule::all().map(|rule| self.evaluate(bench, rule)).collect();
        Ok(report)
    }

    /// Runs one rule, and tells what came of it. Nothing is printed.
    ///
    /// # Errors
    ///
    /// A vector that cannot be read, or an id that no rule has.
    pub fn check_rule(&self, id: &str) -> Result<RuleReport, String> {
        let rule = Rule::find(id).ok_or_else(|| format!("no rule is called {id}"))?;
        Ok(self.evaluate(self.bench().as_ref().map_err(Clone::clone)?, rule))
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rules that a fuzzer tries: those that hold for any input, that the codec may not break, and that matter.
    pub(crate) fn fuzzed(&self) -> impl Iterator<Item = &'static Rule> {
        Rule::all().filter(|rule| {
            let matters = rule.level == Level::Must || self.strict && rule.level == Level::Should;
            matters && !self.allowed.iter().any(|(id, _)| *id == rule.id)
        })
    }

    /// Holds off the rules that count what the whole process does.
    pub(crate) fn shared() -> std::sync::RwLockReadGuard<'static, ()> {
        ALONE.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the rules work with, made at the first call, which holds off the rules that count.
    pub(crate) fn bench(&self) -> &Result<Bench, String> {
        if let Some(bench) = self.bench.get() {
            return bench;
        }
        let _shared = Self::shared();
        self.bench.get_or_init(|| {
            let vectors = files::vectors(&self.vectors, &self.subject)?;
            Ok(Bench::new(self.subject.clone(), vectors, effort()))
        })
    }

    fn evaluate(&self, bench: &Bench, rule: &'static Rule) -> RuleReport {
        // Poisoned by a test that failed while it held the lock: nothing is protected but time.
        let (_alone, _shared);
        if rule.id == "R007" {
            _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
        } else {
            _shared = ALONE.read().unwrap_or_else(PoisonError::into_inner);
        }
        let (cases, verdict) = try_rule(bench, rule);
        self.judge(rule, cases, verdict)
    }

    /// Runs a rule on the one case of a file; `None` where the file is about another rule.
    fn replay(
        &self,
        bench: &Bench,
        rule: &'static Rule,
        path: &Path,
    ) -> Result<Option<RuleReport>, String> {
        let file = VectorFile::read(path).map_err(|error| error.to_string())?;
        let mine =
            |stated: &Option<String>| stated.as_deref().is_none_or(|stated| stated == rule.id);
        let vectors: Vec<_> = file
            .vectors
            .iter()
            .filter(|vector| mine(&vector.rule))
            .collect();
        if vectors.is_empty() {
            return Ok(None);
        }
        let (count, verdict) = match &rule.trial {
            Trial::Whole(run) => {
                let only = vec![(path.to_owned(), file.clone())];
                counted(run(&Bench::new(bench.subject.clone(), only, bench.effort)))
            }
            Trial::Cases { check, .. } => {
                let origin: Arc<str> = files::shown(path).into();
                let mut broken = None;
                for vector in &vectors {
                    let case = Case::from_vector(vector, &origin);
                    if let Err(finding) = check(&bench.subject, &case) {
                        broken = Some(Verdict::Broken(Box::new((case, finding)), None));
                        break;
                    }
                }
                (vectors.len(), broken.unwrap_or(Verdict::Holds))
            }
        };
        Ok(Some(self.judge(rule, count, verdict)))
    }

    fn judge(&self, rule: &'static Rule, cases: usize, verdict: Verdict) -> RuleReport {
        let allowed = self
            .allowed
            .iter()
            .find(|(id, _)| *id == rule.id)
            .map(|(_, reason)| (*reason).to_owned());
        let outcome = match (verdict, allowed) {
            (Verdict::Unsupported(reason), _) => Outcome::Unsupported { reason },
            (Verdict::Holds, None) => Outcome::Passed,
            (Verdict::Holds, Some(reason)) => Outcome::Allowed {
                reason,
                failure: None,
            },
            (Verdict::Broken(broken, before), allowed) => {
                let failure = self.failure(rule, &broken.0, &broken.1, before.as_deref());
                match allowed {
                    None => Outcome::Failed(failure),
                    Some(reason) => Outcome::Allowed {
                        reason,
                        failure: Some(failure),
                    },
                }
            }
        };
        RuleReport {
            id: rule.id.to_owned(),
            name: rule.name.to_owned(),
            title: rule.title.to_owned(),
            level: rule.level,
            why: rule.why.to_owned(),
            fix: rule.fix.to_owned(),
            outcome,
            cases,
        }
    }

    /// A failure as people see it.
    pub(crate) fn failure(
        &self,
        rule: &Rule,
        case: &Case,
        finding: &Finding,
        before: Option<&[usize]>,
    ) -> Failure {
        let subject = &self.subject;
        let mut input = case.to_string();
        if let Some(before) = before {
            let _ = write!(input, "   (shrunk from {})", Sizes(before));
        }
        let rows = dump::rows(subject, case, finding);
        let saved = (!self.package.name.is_empty() && !case.frames.is_empty())
            .then(|| files::save(rule.id, &case.to_vector(rule.id, &subject.name)))
            .flatten();
        let replay = match &saved {
            Some(path) => format!(
                "METAPROTO_REPLAY={path} cargo test -p {} {}",
                self.package.name,
                rule.id.to_ascii_lowercase()
            ),
            None => format!(
                "cargo test -p {} {}",
                self.package.name,
                rule.id.to_ascii_lowercase()
            ),
        };
        let mut failure = Failure {
            text: String::new(),
            expected: finding.expected.clone(),
            actual: finding.actual.clone(),
            input,
            dump: rows,
            saved,
            replay,
        };
        failure.text = render(rule, &subject.name, &failure);
        failure
    }

    fn head(&self) -> &Report {
        self.head.get_or_init(|| {
            let mut head = Report {
                codec: self.subject.name.clone(),
                package: self.package.name.clone(),
                strict: self.strict,
                ..Report::default()
            };
            if let Ok(bench) = self.bench() {
                head.vectors = coverage::vectors(bench);
                head.coverage = coverage::coverage(bench);
            }
            head
        })
    }

    /// Adds a rule to the report and to the count, and prints the count after the last.
    fn record(&self, done: &RuleReport) {
        // To write a report allocates, which R007 would count.
        let _shared = Self::shared();
        if let Some(directory) = files::report_directory() {
            let order: Vec<&str> = Rule::all().map(|rule| rule.id).collect();
            let written =
                report::record(&directory, self.head(), done.clone(), &order, &files::run());
            if let Err(error) = written {
                panic!(
                    "cannot write the report to {}: {error}",
                    directory.display()
                );
            }
        }
        let mut progress = self.progress();
        progress.rules.push(done.clone());
        if progress.rules.len() == Rule::all().count() {
            let took = progress
                .started
                .map_or(Duration::ZERO, |started| started.elapsed());
            let mut report = self.head().clone();
            report.rules = std::mem::take(&mut progress.rules);
            progress.started = None;
            // Not `println!`, which the test harness keeps to itself.
            let _ = std::io::stderr().write_all(closing(&report, took).as_bytes());
        }
    }
}

enum Verdict {
    Holds,
    /// The smallest case, and the chunks of the one that it was made of.
    Broken(Box<(Case, Finding)>, Option<Vec<usize>>),
    Unsupported(String),
}

/// Tries a rule on all its cases; the number of cases that told something.
fn try_rule(bench: &Bench, rule: &Rule) -> (usize, Verdict) {
    let (cases, check) = match &rule.trial {
        Trial::Whole(run) => return counted(run(bench)),
        Trial::Cases { cases, check, .. } => (cases(bench), *check),
    };
    let saved = bench.saved(rule.id);
    let made = match cases {
        Ok(cases) => cases,
        Err(why) if saved.is_empty() => return (0, Verdict::Unsupported(why)),
        Err(_) => Vec::new(),
    };
    let mut applied = 0;
    for case in saved.into_iter().chain(made) {
        match check(&bench.subject, &case) {
            Ok(Applied::Yes) => applied += 1,
            Ok(Applied::No) => {}
            Err(finding) => {
                let chunks: Vec<usize> = case.pieces().iter().map(bytes::Bytes::len).collect();
                let (small, finding) = shrink(&bench.subject, case, finding, check);
                let left: Vec<usize> = small.pieces().iter().map(bytes::Bytes::len).collect();
                let before = (chunks.len() > 1 && chunks != left).then_some(chunks);
                return (
                    applied + 1,
                    Verdict::Broken(Box::new((small, finding)), before),
                );
            }
        }
    }
    if applied == 0 {
        let why =
            "no input could tell: messages lack what it speaks of, or another rule is broken first";
        return (0, Verdict::Unsupported(why.to_owned()));
    }
    (applied, Verdict::Holds)
}

fn counted(whole: Whole) -> (usize, Verdict) {
    match whole {
        Whole::Holds(count) => (count, Verdict::Holds),
        Whole::Broken(broken, count) => (count, Verdict::Broken(broken, None)),
        Whole::Unsupported(why) => (0, Verdict::Unsupported(why)),
    }
}

/// A failure as the terminal shows it.
fn render(rule: &Rule, codec: &str, failure: &Failure) -> String {
    let mut text = String::new();
    let head = if rule.level == Level::Must {
        "FAIL"
    } else {
        "WARN"
    };
    let title = format!("{head}  {}  {}", rule.id, rule.title);
    let _ = writeln!(text, "{title:<70}   {codec}   ({})\n", rule.level.as_str());
    let _ = writeln!(text, "  input: {}", failure.input);
    let (expected, actual) = (&failure.expected, &failure.actual);
    let width = expected.0.len().max(actual.0.len());
    for (label, value) in [expected, actual] {
        let _ = writeln!(text, "    {label:>width$}: {}", one_line(value));
    }
    let (left, right) = (one_line(&expected.1), one_line(&actual.1));
    let same = left
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let carets = right.chars().count().saturating_sub(same).clamp(1, 60);
    let _ = writeln!(
        text,
        "    {:width$}  {}{} differs",
        "",
        " ".repeat(same),
        "^".repeat(carets)
    );
    text.push_str(&dump::text(&failure.dump));
    if failure.dump.iter().any(|row| !row.cuts.is_empty()) {
        text.push_str("    | = chunk boundary\n");
    }
    let _ = writeln!(text, "\n  why:    {}", rule.why);
    let _ = writeln!(text, "  fix:    {}", rule.fix);
    let _ = writeln!(text, "  replay: {}", failure.replay);
    text
}

/// Values may hold anything, and be long.
fn one_line(value: &str) -> String {
    let line: String = value
        .chars()
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect();
    super::case::shorten(&line, 300)
}

/// The last lines of a run.
fn closing(report: &Report, took: Duration) -> String {
    let mut lines = vec![String::new()];
    for rule in &report.rules {
        let id = &rule.id;
        match &rule.outcome {
            Outcome::Unsupported { reason } => lines.push(format!("  unsupported  {id}  {reason}")),
            Outcome::Allowed {
                reason,
                failure: Some(_),
            } => lines.push(format!("  allowed      {id}  {reason}")),
            Outcome::Allowed {
                reason,
                failure: None,
            } => {
                lines.push(format!(
                    "  allowed      {id}  {reason}: it passes, and need not be allowed any more"
                ));
            }
            Outcome::Failed(_) if rule.level != Level::Must => {
                lines.push(format!(
                    "  {:<12} {id}  {}",
                    rule.level.as_str(),
                    rule.title
                ));
            }
            _ => {}
        }
    }
    if report.vectors.messages == 0 {
        lines.push("  vectors: 0 - interoperability unproven".to_owned());
    }
    lines.push(format!(
        "metaproto conformance: {}: {} ({} cases, {:.1} s)\n",
        report.codec,
        report.tally(),
        report.cases(),
        took.as_secs_f64()
    ));
    lines.join("\n")
}
