//! Real clients and servers, and the test of codecs between them.
//!
//! They are installed below `target/peers`, in the versions that the files in `examples/peers` state, and stay there.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::install::{Place, quietly};
use crate::summary::Summary;
use crate::{check, programs, root};

/// The name of the step.
const STEP: &str = "live peers";

/// Installs what can be installed, and runs every pair for which all is there.
pub(crate) fn run(summary: &mut Summary) {
    let peers = Peers::new();
    for (name, result) in [
        ("live peers written in Python", peers.python()),
        ("live peers written for Node.js", peers.node()),
        ("live peers of Thrift", peers.stubs()),
    ] {
        if let Err(error) = result {
            summary.skip(name, &format!("{error:#}"));
        }
    }
    summary.step(STEP, || {
        check(Command::new(programs()?.join("peers")).current_dir(root()))
    });
}

struct Peers(Place);

impl Peers {
    fn new() -> Self {
        Self(Place {
            from: root().join("examples/peers"),
            to: root().join("target/peers"),
        })
    }

    /// Packages of PyPI.
    fn python(&self) -> Result<()> {
        self.0.python().map(drop)
    }

    /// Packages of npm.
    fn node(&self) -> Result<()> {
        let modules = self.0.to.join("node_modules");
        self.0.once("package-lock.json", &modules, || {
            for name in ["package.json", "package-lock.json"] {
                fs::copy(self.0.from.join(name), self.0.to.join(name))?;
            }
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
            quietly(npm.current_dir(&self.0.to)).map(drop)
        })
    }

    /// What Thrift's compiler makes of the service, in both languages.
    fn stubs(&self) -> Result<()> {
        let stubs = self.0.to.join("stubs");
        self.0.once("thrift/vault.thrift", &stubs, || {
            let compiler = self.compiler()?;
            for (language, directory) in [("py", ""), ("js:node,es6", "vault")] {
                let directory = stubs.join(directory);
                fs::create_dir_all(&directory)?;
                let mut compile = Command::new(&compiler);
                compile.args(["--gen", language, "-out"]).arg(directory);
                quietly(compile.arg(self.0.from.join("thrift/vault.thrift")))?;
            }
            Ok(())
        })
    }

    /// Thrift's compiler: that on PATH, or Debian's, unpacked beside the peers.
    fn compiler(&self) -> Result<PathBuf> {
        if quietly(Command::new("thrift").arg("--version")).is_ok() {
            return Ok("thrift".into());
        }
        let directory = self.0.to.join("thrift-compiler");
        let compiler = directory.join("usr/bin/thrift");
        if !compiler.exists() {
            fs::create_dir_all(&directory)?;
            let download = || {
                let mut apt = Command::new("apt-get");
                quietly(
                    apt.args(["download", "thrift-compiler"])
                        .current_dir(&directory),
                )
            };
            // Lists of packages may be missing or old.
            download().or_else(|_| {
                quietly(Command::new("apt-get").arg("update"))?;
                download()
            })?;
            let package = fs::read_dir(&directory)?
                .filter_map(Result::ok)
                .map(|entry| entry.path());
            let mut packages =
                package.filter(|path| path.extension().is_some_and(|name| name == "deb"));
            let package = packages
                .next()
                .context("apt-get has downloaded no package")?;
            quietly(Command::new("dpkg").arg("-x").args([&package, &directory]))?;
        }
        Ok(compiler)
    }
}
