//! The checks that CI runs, `cargo xtask lint` and `cargo xtask test`, a part of the latter, `cargo xtask peers`, the
//! longer `cargo xtask mutants`, `cargo xtask fuzz` and `cargo xtask package`, and, for users, `cargo xtask envoy`,
//! `cargo xtask new` and `cargo xtask book`.

mod book;
mod dependencies;
mod envoy;
mod fuzz;
mod install;
mod layers;
mod links;
mod lint;
mod matrix;
mod mutants;
mod new;
mod package;
mod peers;
mod summary;
mod test;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::MetadataCommand;
use clap::Parser;

/// Checks of this workspace; CI runs `lint`, then `test`.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Formatting, clippy, rustdoc, who may depend on whom, links, and the guide as a book.
    Lint,
    /// The guide as a book, in `book/`, and whether all links of the repository lead somewhere.
    Book,
    /// All tests and doctests, codecs between real clients and servers, and what could not be tested here.
    Test,
    /// Codecs between real clients and servers alone, which are installed where they are missing.
    Peers,
    /// Demos of Envoy's features. Stock Envoy and the module for it are installed and built where they are missing.
    Envoy(envoy::Options),
    /// Every feature of the module against stock Envoy, and Envoy between real clients and servers.
    Matrix,
    /// How many mutants of a codec the conformance suite kills; takes minutes, and needs cargo-mutants.
    Mutants,
    /// Packs every crate for crates.io and builds it from what was packed; uploads nothing.
    Package,
    /// The fuzz targets, for a while each.
    Fuzz(fuzz::Options),
    /// A new protocol: a crate with a header, tests, vectors, a fuzz target, a module for Envoy and CI.
    New(new::Options),
    /// The checks of a crate that `new` makes alone.
    Template,
}

fn main() -> Result<()> {
    let summary = match Task::parse() {
        Task::Lint => lint::run(),
        Task::Test => test::run(),
        Task::Book => {
            let mut summary = summary::Summary::default();
            book::run(&mut summary);
            summary
        }
        Task::Peers => {
            let mut summary = summary::Summary::default();
            peers::run(&mut summary);
            summary
        }
        Task::Matrix => {
            let mut summary = summary::Summary::default();
            matrix::run(&mut summary, envoy::install());
            summary
        }
        Task::Envoy(options) => return envoy::run(&options),
        Task::Mutants => mutants::run(),
        Task::Package => package::run(),
        Task::Fuzz(options) => return fuzz::run(&options),
        Task::New(options) => return new::run(&options),
        Task::Template => {
            let mut summary = summary::Summary::default();
            new::proof::run(&mut summary, &envoy::install());
            summary
        }
    };
    print!("\n{summary}");
    summary.verdict(in_ci())
}

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A cargo command in the root of the workspace.
fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(args);
    command
}

/// Builds all programs and modules of the workspace, with the features with which its tests are built, so that nothing is built
/// twice; answers where they are.
fn programs() -> Result<PathBuf> {
    check(&mut cargo(&[
        "build",
        "--quiet",
        "--workspace",
        "--all-features",
    ]))?;
    debug_directory()
}

/// Where cargo puts programs of debug builds.
fn debug_directory() -> Result<PathBuf> {
    let mut metadata = MetadataCommand::new();
    let metadata = metadata.current_dir(root()).no_deps().exec()?;
    Ok(metadata.target_directory.join("debug").into())
}

fn check(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{status}");
    Ok(())
}

/// An error that tells all of `violations`, if there are any.
fn complain(violations: Vec<String>) -> Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    bail!("{}", violations.join("; "))
}

fn in_ci() -> bool {
    std::env::var_os("CI") == Some(OsString::from("true"))
}
