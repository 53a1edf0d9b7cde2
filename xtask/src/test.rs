//! `cargo xtask test`: every test and doctest of the workspace.

use std::process::{Command, Stdio};

use crate::summary::Summary;
use crate::{cargo, check};

pub(crate) fn run() -> Summary {
    let mut summary = Summary::default();
    summary.step("tests and doctests", || {
        check(&mut cargo(&["test", "--workspace", "--all-features"]))
    });
    // The peer tests belong to the run above and pass without doing anything when there is no
    // interpreter. Only this line makes that visible.
    if !has_python() {
        summary.skip(
            "tests against the independent Python peer",
            "no python3 on PATH",
        );
    }
    summary
}

fn has_python() -> bool {
    Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
