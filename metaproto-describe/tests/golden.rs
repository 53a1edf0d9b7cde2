//! Golden files of all outputs. `METAPROTO_WRITE_PAGES=1` writes them anew.

mod common;

use std::path::Path;

use common::capture::SERVER;
use common::declared::Declared;
use common::derived::{AwesomeRpc, Bolt};
use common::shapes::{PARTS, SEALED};
use metaproto_codec::{Codec, Direction, Schema};
use metaproto_describe::wireshark::{Options, wireshark};
use metaproto_describe::{diagram, json, markdown};
use similar::TextDiff;

#[track_caller]
fn check(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(file);
    if std::env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = TextDiff::from_lines(&golden, text);
    assert!(
        golden == text,
        "{} has changed; METAPROTO_WRITE_PAGES=1 writes it anew\n{}",
        path.display(),
        diff.unified_diff()
    );
}

#[track_caller]
fn check_all(name: &str, codec: &dyn Codec) {
    let schema: Schema = codec.schema(Direction::ClientToServer).unwrap();
    check(&format!("{name}.txt"), &diagram(&schema));
    check(&format!("{name}.md"), &markdown(codec).unwrap());
    let text = serde_json::to_string_pretty(&json(&schema)).unwrap();
    check(&format!("{name}.json"), &(text + "\n"));
    let options = Options::new(name).port(SERVER);
    let script = wireshark(codec, &options).unwrap();
    // One has all of it; of the others, what differs.
    let is_first = name == "awesomerpc";
    check(
        &format!("{name}.lua"),
        &if is_first { script } else { of_schema(&script) },
    );
}

/// The parts of a script that depend on the schema: its fields and layouts.
fn of_schema(script: &str) -> String {
    let (fields, rest) = script.split_once("-- Numbers -").unwrap();
    let (_, rest) = rest.split_once("-- Layouts -").unwrap();
    let (layouts, _) = rest.split_once("-- Dissecting -").unwrap();
    format!("{fields}-- Layouts -{}\n", layouts.trim_end())
}

fn declared(schema: Schema) -> Declared {
    Declared {
        schema,
        max_frame: 1000,
    }
}

#[test]
fn fields_of_fixed_width() {
    check_all("awesomerpc", &AwesomeRpc::new());
}

#[test]
fn headers_that_differ_by_direction() {
    check_all("bolt", &Bolt::new());
}

#[test]
fn parts_blocks_and_choices() {
    check_all("parts", &declared(PARTS));
}

#[test]
fn wide_bits_trailers_and_checksums() {
    check_all("sealed", &declared(SEALED));
}
