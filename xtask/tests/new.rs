//! `cargo xtask new`, as a user calls it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Calls it in the directory `from`.
fn new(from: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("new").args(args).current_dir(from);
    command.output().unwrap()
}

/// What a call without success writes.
fn refusal(from: &Path, args: &[&str]) -> String {
    let output = new(from, args);
    let code = output.status.code();
    assert!(matches!(code, Some(1 | 2)), "{args:?}: {code:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_crate_is_made_and_not_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let output = new(place.path(), &["my-rpc", "--path", "."]);
    assert!(output.status.success(), "{output:?}");
    let made = place.path().canonicalize().unwrap().join("my-rpc");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(made.to_str().unwrap()), "{said}");
    let conformance = fs::read_to_string(made.join("tests/conformance.rs")).unwrap();
    assert!(conformance.ends_with("metaproto_testkit::conformance!(my_rpc::Rpc);\n"));
    for file in [
        ".github/workflows/ci.yml",
        ".gitignore",
        "Cargo.toml",
        "README.md",
        "examples/through_envoy.rs",
        "fuzz/fuzz_targets/rpc.rs",
        "module/envoy.yaml",
        "module/src/lib.rs",
        "src/lib.rs",
        "tests/vectors/request.mpv",
        "tests/vectors/response.mpv",
    ] {
        assert!(made.join(file).is_file(), "{file}");
    }
    assert!(!made.join("cargo-generate.toml").exists());
    assert!(
        fs::read_dir(made.join("fuzz/seeds/rpc"))
            .unwrap()
            .next()
            .is_some()
    );

    fs::write(made.join("src/lib.rs"), "mine").unwrap();
    let said = refusal(place.path(), &["my-rpc", "--path", "."]);
    assert!(said.contains("my-rpc is there already"), "{said}");
    assert!(said.contains("--path DIR"), "{said}");
    assert_eq!(fs::read_to_string(made.join("src/lib.rs")).unwrap(), "mine");
}

#[test]
fn a_wrong_call_leaves_nothing_and_says_what_to_do() {
    let place = tempfile::tempdir().unwrap();
    for (args, words) in [
        (&["9lives", "--path", "."][..], "cannot start with a digit"),
        (&["a b", "--path", "."], "`a-b` would do"),
        (&["match", "--path", "."], "it is a Rust keyword"),
        (&["../up", "--path", "."], "invalid character `.`"),
        (&["my-rpc", "--path", "nowhere"], "make it first"),
        (&[], "<NAME>"),
        (&["-x"], "unexpected argument '-x'"),
    ] {
        let said = refusal(place.path(), args);
        assert!(said.contains(words), "{args:?}: {said}");
    }
    assert!(fs::read_dir(place.path()).unwrap().next().is_none());
}

#[test]
fn no_crate_is_made_in_this_workspace() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = refusal(here, &["my-rpc", "--path", "."]);
    assert!(
        said.contains("give a place outside with --path DIR"),
        "{said}"
    );
    assert!(!here.join("my-rpc").exists());
}
