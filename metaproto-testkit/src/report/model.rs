//! The data of a report.

use serde::{Deserialize, Serialize};

/// The outcome of one codec's conformance run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The codec under test, as its author calls it.
    pub codec: String,
    /// The package whose tests ran.
    pub package: String,
    /// Whether rules of level [`Level::Should`] fail the run.
    pub strict: bool,
    /// The rules that ran, in the order of the catalogue.
    pub rules: Vec<RuleReport>,
    /// Ids of the catalogue's rules that did not run; [`record`](super::record) works them out.
    #[serde(default)]
    pub not_run: Vec<String>,
    /// How much the codec was held against bytes of other implementations.
    pub vectors: VectorCount,
    /// What of the protocol was exercised.
    pub coverage: Coverage,
}

/// The outcome of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleReport {
    /// The rule's id, such as `D003`. Its letter is its family.
    pub id: String,
    /// Name of the test that runs it.
    pub name: String,
    /// What the rule demands.
    pub title: String,
    /// How much it weighs.
    pub level: Level,
    /// Why it is a rule.
    pub why: String,
    /// What to do about a failure.
    pub fix: String,
    /// How it went.
    pub outcome: Outcome,
    /// Inputs that were tried.
    pub cases: usize,
}

/// How much a rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A failure fails the run.
    Must,
    /// A failure is a warning; in strict mode it fails the run.
    Should,
    /// A failure is a warning.
    Info,
}

impl Level {
    /// The level in one lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Info => "info",
        }
    }
}

/// How a rule went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum Outcome {
    /// All cases did as the rule says.
    Passed,
    /// One did not.
    Failed(Failure),
    /// The author exempted the codec from the rule.
    Allowed {
        /// The author's reason.
        reason: String,
        /// How it fails; `None` where it passes although it need not.
        failure: Option<Failure>,
    },
    /// The rule does not apply to the codec.
    Unsupported {
        /// What the codec lacks.
        reason: String,
    },
}

impl Outcome {
    /// The failure, also where it is allowed.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Allowed { failure, .. } => failure.as_ref(),
            Self::Passed | Self::Unsupported { .. } => None,
        }
    }
}

/// How a rule was broken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The whole failure as a terminal shows it.
    pub text: String,
    /// What should have been: label and value.
    pub expected: (String, String),
    /// What was: label and value.
    pub actual: (String, String),
    /// The input in one line: where it is from, how long it is, how it was cut.
    pub input: String,
    /// The input's bytes.
    pub dump: Vec<DumpRow>,
    /// File to which the input was saved, a relative path.
    pub saved: Option<String>,
    /// The command that runs this case again.
    pub replay: String,
}

/// One row of an annotated hexdump.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpRow {
    /// Where the row starts in the input, bytes.
    pub offset: usize,
    /// Up to 16 bytes; `None` where there is none.
    #[serde(with = "super::hex")]
    pub bytes: Vec<Option<u8>>,
    /// Columns, 0 to 16, before which a chunk ends.
    pub cuts: Vec<usize>,
    /// Names of runs of bytes. A field that goes on in the next row has a mark there too. Marks may overlap, as where
    /// fields share a byte.
    pub marks: Vec<Mark>,
}

/// The name of a run of bytes within one row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its first column, from 0.
    pub start: usize,
    /// How many columns it has.
    pub len: usize,
    /// What it is called.
    pub name: String,
    /// Whether the failure lies here.
    pub wrong: bool,
}

/// How many golden vectors the codec has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorCount {
    /// Files.
    pub files: usize,
    /// Messages in them that must decode.
    pub messages: usize,
    /// Inputs in them that must be refused.
    pub rejects: usize,
}

/// What of the protocol was exercised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Each kind of message in each direction.
    pub kinds: Vec<KindCoverage>,
    /// Each alternative of the schema.
    pub branches: Vec<Branch>,
}

/// How often one kind of message occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCoverage {
    /// Where the message travels.
    pub direction: String,
    /// What it is.
    pub kind: String,
    /// Whether the codec declares it.
    pub declared: bool,
    /// Messages of this kind in the vectors.
    pub vectors: usize,
    /// Messages of this kind among the generated ones.
    pub generated: usize,
}

/// How often one alternative of the schema occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Where the message travels.
    pub direction: String,
    /// Field and value, such as `status = other (2)`.
    pub path: String,
    /// Messages in the vectors that took it.
    pub vectors: usize,
    /// Generated messages that took it.
    pub generated: usize,
}
