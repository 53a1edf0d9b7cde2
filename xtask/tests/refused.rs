//! Wrong calls, and beside them in `refused/` what is said. `METAPROTO_WRITE_PAGES=1 cargo test -p xtask --test refused`
//! writes the latter.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn every_wrong_call_is_refused_in_the_words_of_its_file() {
    let place = tempfile::tempdir().unwrap();
    for (name, call) in [
        ("fuzz_target", &["fuzz", "--target", "awesome"][..]),
        ("demo", &["envoy", "rooting"]),
        ("crate_with_capitals", &["new", "MyRpc"]),
        ("crate_of_ours", &["new", "metaproto-orders"]),
        ("no_place", &["new", "my-rpc", "--path", "nowhere"]),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(call).current_dir(place.path());
        let output = command.env("RUST_BACKTRACE", "0").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{call:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let words = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/refused/{name}.txt"));
        if env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
            fs::write(&words, &said).unwrap();
        }
        let expected = fs::read_to_string(&words).unwrap_or_default();
        assert_eq!(said, expected, "{}", words.display());
    }
}
