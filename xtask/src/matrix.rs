//! Every feature of the module against stock Envoy, the demos and the guide, and Envoy between real clients and servers.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::summary::Summary;
use crate::{cargo, check, debug_directory, programs};

/// The names of the steps.
const MATRIX: &str = "Envoy matrix";
const DEMOS: &str = "demos of Envoy's features";
const GUIDE: &str = "guide to Envoy";
const SOAK: &str = "all protocols through Envoy for a while";
const PEERS: &str = "live peers through Envoy";

/// What is built: the modules, with the checks of a debug build, and what drives Envoy.
const PACKAGES: [&str; 5] = [
    "envoy-module",
    "in-order-module",
    "panicking-module",
    "envoy-matrix",
    "peers",
];

/// The while is of 20 seconds.
const SOAKING: &[&str] = &["soak", "--minutes", "0.34"];

/// Runs all with `envoy`, as far as it could be installed; the peers must be there.
pub(crate) fn run(summary: &mut Summary, envoy: Result<PathBuf>) {
    let envoy = match envoy {
        Ok(envoy) => envoy,
        Err(error) => {
            let why = format!("{error:#}");
            return [MATRIX, DEMOS, GUIDE, SOAK, PEERS]
                .into_iter()
                .for_each(|step| summary.skip(step, &why));
        }
    };
    for (name, arguments) in [
        (MATRIX, &[][..]),
        (DEMOS, &["demo"]),
        (GUIDE, &["guide"]),
        (SOAK, SOAKING),
    ] {
        summary.step(name, || {
            let mut program = Command::new(programs()?.join("envoy-matrix"));
            check(program.args(arguments).arg("--envoy").arg(&envoy))
        });
    }
    summary.step(PEERS, || {
        let programs = programs()?;
        let mut peers = Command::new(programs.join("peers"));
        peers.arg("--").arg(programs.join("envoy-matrix"));
        check(peers.args(["serve", "--envoy"]).arg(&envoy))
    });
}

/// Builds what a demo needs, and nothing else; answers where the programs and modules are.
pub(crate) fn build() -> Result<PathBuf> {
    let mut build = cargo(&["build", "--quiet"]);
    for package in PACKAGES {
        build.args(["--package", package]);
    }
    check(&mut build)?;
    debug_directory()
}
