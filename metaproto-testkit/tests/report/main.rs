//! Reports of conformance runs. To look at one: `index.html` in the directory that [`rendered`] returns.

mod files;
mod hostile;
mod html;
mod junit;
mod sample;
mod tally;

use std::fs;
use std::path::{Path, PathBuf};

use metaproto_testkit::report::{self, Report};

/// The samples, rendered anew into `target/tmp/report/<name>`.
fn rendered(name: &str, reports: &[Report]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("report")
        .join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    for report in reports {
        report::write(&dir, report).unwrap();
    }
    dir
}
