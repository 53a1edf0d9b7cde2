//! Real clients and servers, and the test of codecs between them.
//!
//! They are installed below `target/peers`, in the versions that the files in `examples/peers` state, and stay there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::summary::Summary;
use crate::{cargo, check, root};

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
        check(&mut cargo(&["run", "--quiet", "--package", "peers"]))
    });
}

struct Peers {
    /// What states the versions.
    from: PathBuf,
    /// Where they are installed.
    to: PathBuf,
}

impl Peers {
    fn new() -> Self {
        Self {
            from: root().join("examples/peers"),
            to: root().join("target/peers"),
        }
    }

    /// Packages of PyPI, in an environment of their own.
    fn python(&self) -> Result<()> {
        let environment = self.to.join("python");
        self.once("requirements.txt", &environment, || {
            quietly(
                Command::new("python3")
                    .args(["-m", "venv"])
                    .arg(&environment),
            )?;
            let mut pip = Command::new(environment.join("bin/python"));
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]);
            quietly(
                pip.arg("--requirement")
                    .arg(self.from.join("requirements.txt")),
            )
        })
    }

    /// Packages of npm.
    fn node(&self) -> Result<()> {
        let modules = self.to.join("node_modules");
        self.once("package-lock.json", &modules, || {
            for name in ["package.json", "package-lock.json"] {
                fs::copy(self.from.join(name), self.to.join(name))?;
            }
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
            quietly(npm.current_dir(&self.to))
        })
    }

    /// What Thrift's compiler makes of the service, in both languages.
    fn stubs(&self) -> Result<()> {
        let stubs = self.to.join("stubs");
        self.once("thrift/vault.thrift", &stubs, || {
            let compiler = self.compiler()?;
            for (language, directory) in [("py", ""), ("js:node,es6", "vault")] {
                let directory = stubs.join(directory);
                fs::create_dir_all(&directory)?;
                let mut compile = Command::new(&compiler);
                compile.args(["--gen", language, "-out"]).arg(directory);
                quietly(compile.arg(self.from.join("thrift/vault.thrift")))?;
            }
            Ok(())
        })
    }

    /// Thrift's compiler: that on PATH, or Debian's, unpacked beside the peers.
    fn compiler(&self) -> Result<PathBuf> {
        if quietly(Command::new("thrift").arg("--version")).is_ok() {
            return Ok("thrift".into());
        }
        let directory = self.to.join("thrift-compiler");
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

    /// Runs `install`, which makes `made`, unless it was made of the very `source` that is there now.
    fn once(&self, source: &str, made: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
        let wanted = fs::read(self.from.join(source))?;
        let stamp = self.to.join(source.replace('/', "-") + ".installed");
        if made.exists() && fs::read(&stamp).is_ok_and(|there| there == wanted) {
            return Ok(());
        }
        println!("==> install what {source} of the peers states");
        if made.exists() {
            fs::remove_dir_all(made)?;
        }
        fs::create_dir_all(&self.to)?;
        let installed = install();
        if installed.is_err() {
            // Half of it is worse than nothing.
            let _ = fs::remove_dir_all(made);
        }
        installed?;
        Ok(fs::write(stamp, wanted)?)
    }
}

/// Runs a command whose output matters only where it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output();
    let name = command.get_program().to_string_lossy().into_owned();
    let output = output.with_context(|| format!("{name} does not start"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.trim().lines().last().unwrap_or_default();
    ensure!(output.status.success(), "{name}: {}: {last}", output.status);
    Ok(())
}
