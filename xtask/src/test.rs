//! `cargo xtask test`: every test and doctest of the workspace, the page of the codecs, codecs between real peers, a new
//! protocol, and the module in Envoy.

use std::process::{Command, Stdio};

use crate::summary::Summary;
use crate::{cargo, check, envoy, matrix, new, peers, programs, root};

pub(crate) fn run() -> Summary {
    let mut summary = Summary::default();
    if !starts("tshark") && is_root() {
        install("tshark");
    }
    let envoy = envoy::install();
    summary.step("tests and doctests", || {
        let mut tests = cargo(&["test", "--workspace", "--all-features"]);
        if let Ok(program) = &envoy {
            tests.env("METAPROTO_ENVOY", program);
        }
        check(&mut tests)
    });
    summary.step("page of the codecs", || {
        check(Command::new(programs()?.join("codecs")).current_dir(root()))
    });
    peers::run(&mut summary);
    new::proof::run(&mut summary, &envoy);
    if let Err(error) = &envoy {
        summary.skip("configurations of a mesh in Envoy", &format!("{error:#}"));
    }
    matrix::run(&mut summary, envoy);
    // Tests that need another program belong to the run above and pass without doing anything when it is not there.
    // Only these lines make that visible.
    if !starts("python3") {
        summary.skip(
            "tests against the independent Python peer",
            "no python3 on PATH",
        );
    }
    if !starts("tshark") {
        summary.skip("tests of dissectors in Wireshark", "no tshark on PATH");
    }
    summary
}

fn starts(program: &str) -> bool {
    succeeds(Command::new(program).arg("--version"))
}

/// Whether packages can be installed here, as in the containers of CI.
fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Tries to install a Debian package. Where that fails, what needs it is skipped.
fn install(package: &str) {
    println!("==> apt-get install {package}");
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        succeeds(command.args(arguments))
    };
    let arguments = ["install", "-y", "--no-install-recommends", package];
    // Lists of packages may be missing or old.
    let installed = apt_get(&arguments) || apt_get(&["update"]) && apt_get(&arguments);
    println!("    {}", if installed { "installed" } else { "failed" });
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
