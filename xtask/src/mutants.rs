//! `cargo xtask mutants`: how strong the conformance suite is, measured on a codec that is spoilt line by line.
//!
//! cargo-mutants changes one thing of `awesomerpc-by-hand` at a time, and each mutant is tried by the package's
//! conformance test alone. One that passes is a survivor: either nobody could tell it from the original, and the list of
//! reviewed survivors says why, or the suite has a hole.

mod outcome;
mod review;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::summary::Summary;
use crate::{cargo, root};

/// The codec that is spoilt.
const PACKAGE: &str = "awesomerpc-by-hand";

/// Reviewed survivors, from the root of the workspace.
const REVIEWED: &str = "examples/awesomerpc-by-hand/survivors.toml";

/// Where logs, differences and builds go, from the root of the workspace.
const OUTPUT: &str = "target/mutants";

/// An error for functions to return in place of what they do.
const ERROR: &str = "::metaproto_codec::CodecError::new(0, ::metaproto_codec::FieldPath::new(\"spoilt\"), \
                     ::metaproto_codec::Fault::Protocol { rule: \"spoilt\" })";

/// Seconds after which a conformance test that does not end is killed, and counts as failed. It takes some three.
const TEST_TIMEOUT: &str = "90";

/// Seconds for one build, the first of which builds everything.
const BUILD_TIMEOUT: &str = "1800";

pub(crate) fn run() -> Summary {
    let mut summary = Summary::default();
    summary.step("mutants", || {
        spoil()?;
        let outcomes = outcome::read(&root().join(OUTPUT).join("mutants.out"))?;
        let reviewed = review::read(&root().join(REVIEWED))?;
        let review = review::Review::new(&outcomes, &reviewed);
        print!("{review}");
        review.verdict()
    });
    summary
}

/// Runs cargo-mutants.
fn spoil() -> Result<()> {
    ensure!(
        is_installed(),
        "cargo-mutants is missing; install it with `cargo install --locked cargo-mutants`"
    );
    let status = cargo(&["mutants", "--package", PACKAGE, "--output", OUTPUT])
        .args(["--no-shuffle", "--jobs", "1", "--error", ERROR])
        .args(["--timeout", TEST_TIMEOUT, "--build-timeout", BUILD_TIMEOUT])
        .args(["--", "--test", "conformance"])
        // Third-party crates are built once, and not again for every run and its copy of the workspace.
        .env("CARGO_TARGET_DIR", root().join(OUTPUT).join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "none")
        // They are for trying one input, and would make every mutant pass or fail.
        .env_remove("METAPROTO_REPLAY")
        .env_remove("METAPROTO_BLESS")
        .status()
        .context("cannot start cargo mutants")?;
    match status.code() {
        // All were killed, some survived, some did not end.
        Some(0 | 2 | 3) => Ok(()),
        Some(4) => bail!("the tests of {PACKAGE} fail as it is"),
        _ => bail!("cargo mutants: {status}"),
    }
}

fn is_installed() -> bool {
    let mut command: Command = cargo(&["mutants", "--version"]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
