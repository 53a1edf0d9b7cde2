//! Recordings of every protocol, through the command line.

mod capture;
mod documentation;
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use metaproto_codec::Direction;
use recorded::cases;
use serde_json::{Value, json};

/// Where the recordings of a protocol lie.
const RECORDINGS: &[(&str, &str)] = &[
    ("awesomerpc", "../awesomerpc/tests/vectors"),
    ("brpc", "../brpc/tests/recorded"),
    ("dubbo", "../dubbo/tests/recorded"),
    ("thrift", "../thrift/tests/recorded"),
    ("trpc", "../trpc/tests/recorded"),
];

/// Both directions.
const DIRECTIONS: [Direction; 2] = [Direction::ClientToServer, Direction::ServerToClient];

fn dump(arguments: &[&str]) -> (Vec<Value>, Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metaproto-dump"));
    let output = command.arg("--json").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let errors = String::from_utf8(output.stderr).unwrap();
    (lines.collect(), output.status.code(), errors)
}

/// A file of `bytes`, of this test alone.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, bytes).unwrap();
    file
}

#[test]
fn recordings_are_known_by_their_first_bytes_and_tiled_by_their_messages() {
    for (protocol, directory) in RECORDINGS {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        let all = cases(&directory);
        assert!(!all.is_empty(), "no recordings of {protocol}");
        for case in &all {
            for direction in DIRECTIONS {
                let path = directory.join(&case.name).join(format!("{direction}.bin"));
                let path = path.to_str().unwrap();
                let place = format!("{protocol} {} {direction}", case.name);
                let direction_flag = ["--direction", direction.as_str(), path];
                let (mut lines, status, errors) = dump(&direction_flag);
                assert_eq!((status, &*errors), (Some(0), ""), "{place}");
                assert_eq!(lines.pop(), Some(json!({ "end": "clean" })), "{place}");

                let places = |facts: &Value| (facts["offset"].clone(), facts["length"].clone());
                let found: Vec<_> = lines.iter().map(places).collect();
                let mut messages = case.messages(direction);
                // How peers of Thrift written in C++ take their leave; it is no message.
                messages.retain(|message| message.r#type() != "empty_frame");
                let expected = messages.iter().map(|message| places(message.facts));
                assert_eq!(found, expected.collect::<Vec<_>>(), "{place}");

                let named = dump(
                    &[
                        &["--protocol", protocol, "--chunk", "7"],
                        &direction_flag[..],
                    ]
                    .concat(),
                );
                lines.push(json!({ "end": "clean" }));
                assert_eq!(named.0, lines, "{place}");
            }
        }
    }
}

#[test]
fn what_is_of_no_protocol_is_an_error_unless_it_is_named() {
    let path = file("unknown.bin", b"\xff not a protocol at all");
    let path = path.to_str().unwrap();
    let (lines, status, errors) = dump(&[path]);
    assert_eq!((lines.len(), status), (0, Some(1)));
    assert!(errors.contains("--protocol"), "{errors}");
    let (lines, status, _) = dump(&["--protocol", "awesomerpc", path]);
    assert_eq!((lines[0]["end"].as_str(), status), (Some("limit"), Some(5)));
}

#[test]
fn nothing_at_all_is_clean() {
    let path = file("empty.bin", b"");
    let (lines, status, _) = dump(&[path.to_str().unwrap()]);
    assert_eq!((lines, status), (vec![json!({ "end": "clean" })], Some(0)));
}
