//! What a conformance run leaves behind: JSON for tools, JUnit XML for CI, one HTML page for people.
//!
//! For a codec `Echo` of the package `echo`, a directory gets `echo-Echo.json`, `echo-Echo.xml` and `echo-Echo.html`,
//! and an `index.html` that lists the reports of all codecs there. The same results give the same bytes: the files hold
//! no time, no absolute path and no random number, whatever order the rules ran in.
//!
//! ```
//! use metaproto_testkit::report::{self, Level, Outcome, Report, RuleReport};
//!
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path();
//! let report = Report {
//!     codec: "Echo".into(),
//!     package: "echo".into(),
//!     rules: vec![RuleReport {
//!         id: "D001".into(),
//!         name: "d001".into(),
//!         title: "an empty buffer is waited for".into(),
//!         level: Level::Must,
//!         why: "hosts call decode after draining".into(),
//!         fix: "answer WaitForData where the input is empty".into(),
//!         outcome: Outcome::Passed,
//!         cases: 1,
//!     }],
//!     ..Report::default()
//! };
//! assert_eq!(report.tally().to_string(), "1 passed");
//! report::write(dir, &report)?;
//! assert!(dir.join("echo-Echo.html").exists());
//! # Ok::<(), std::io::Error>(())
//! ```

mod files;
mod hex;
pub(crate) mod html;
mod junit;
mod merge;
mod model;
mod tally;

pub use files::{record, write};
pub use model::{
    Branch, Coverage, DumpRow, Failure, KindCoverage, Level, Mark, Outcome, Report, RuleReport,
    VectorCount,
};
pub use tally::{Standing, Tally};
