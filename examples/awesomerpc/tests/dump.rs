//! The command line's dump: its lines, its exit statuses, and that cutting changes nothing.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{directory, request, request_of_length};
use recorded::hostile;
use serde_json::{Value, json};

fn dump(input: &[u8], arguments: &[&str]) -> (String, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_awesomerpc"))
        .args(["dump", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        output.status.code(),
    )
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_line_is_as_documented() {
    let (text, status) = dump(&request(1, 100, b"hello"), &["--json"]);
    let expected = concat!(
        r#"{"offset":0,"length":18,"kind":"request","request_id":1,"header_size":13,"body_size":5,"metadata":{"cmd":"100"},"#,
        r#""fields":{"version":1,"pack_flow":1,"pack_len":18,"req_cmd":100,"rsp_code":0}}"#,
        "\n{\"end\":\"clean\"}\n"
    );
    assert_eq!((text.as_str(), status), (expected, Some(0)));
}

#[test]
fn a_response_has_a_status() {
    let mut response = request(u32::MAX, -1, b"");
    response[12] = 1;
    let (text, status) = dump(&response, &["--json", "--direction", "s2c"]);
    let line = &lines(&text)[0];
    assert_eq!(status, Some(0));
    assert_eq!(
        (&line["kind"], &line["status"]),
        (&json!("error"), &json!("error"))
    );
    assert_eq!(
        (&line["request_id"], &line["metadata"]["cmd"]),
        (&json!(u32::MAX), &json!("-1"))
    );
}

#[test]
fn the_exit_status_says_how_the_bytes_end() {
    let whole = request(1, 1, b"hello");
    let cases = [
        (whole.clone(), 0, json!({ "end": "clean" })),
        (Vec::new(), 0, json!({ "end": "clean" })),
        (
            whole[..14].to_vec(),
            3,
            json!({ "end": "wait", "buffered": 14, "at_least": 4 }),
        ),
        (
            whole[..10].to_vec(),
            3,
            json!({ "end": "wait", "buffered": 10, "at_least": 8 }),
        ),
    ];
    for (input, expected, end) in cases {
        let (text, status) = dump(&input, &["--json"]);
        assert_eq!(
            (lines(&text).last(), status),
            (Some(&end), Some(expected)),
            "{text}"
        );
    }
    for (length, expected, end, rule) in [
        (3, 4, "error", "below_minimum"),
        (u32::MAX, 5, "limit", "above_maximum"),
    ] {
        let (text, status) = dump(
            &[whole.clone(), request_of_length(length)].concat(),
            &["--json"],
        );
        let lines = lines(&text);
        assert_eq!((lines.len(), status), (2, Some(expected)));
        assert_eq!(
            (&lines[1]["end"], &lines[1]["rule"]),
            (&json!(end), &json!(rule))
        );
        assert_eq!(
            (&lines[1]["offset"], &lines[1]["field"]),
            (&json!(18 + 5), &json!("pack_len"))
        );
    }
}

#[test]
fn cutting_changes_nothing() {
    let samples = hostile(&directory("hostile")).into_iter();
    let mut inputs: Vec<Vec<u8>> = samples.map(|sample| sample.bytes).collect();
    let whole = request(1, 1, b"hello");
    inputs.extend((9..18).map(|cut| [&whole[..], &whole[..cut]].concat()));
    for input in inputs {
        let expected = dump(&input, &["--json"]);
        for chunk in ["1", "2", "3", "7", "13", "64"] {
            assert_eq!(
                dump(&input, &["--json", "--chunk", chunk]),
                expected,
                "chunk {chunk} of {input:02x?}"
            );
        }
    }
}

#[test]
fn hex_text_is_read_as_bytes() {
    let hex = "# a request\n0x01 00000001 00000012\n0064 0000 68656c6c6f\n";
    assert_eq!(
        dump(hex.as_bytes(), &["--json"]),
        dump(&request(1, 100, b"hello"), &["--json"])
    );
}

#[test]
fn other_traffic_in_a_capture_is_not_taken_for_awesomerpc() {
    let capture = include_bytes!("../../../metaproto-testkit/tests/data/shop.pcapng");
    assert_eq!(dump(capture, &[]).1, Some(1));
    let (text, status) = dump(capture, &["--json", "--protocol", "awesomerpc"]);
    assert_eq!((lines(&text).len(), status), (3, Some(3)));
}

#[test]
fn text_names_fields_metadata_and_body() {
    let (text, status) = dump(&request(1, 100, b"hello"), &[]);
    assert_eq!(status, Some(0));
    for part in [
        "request at byte 0, 18 bytes, id 1",
        "req_c rsp_c body----",
        "req_cmd    100",
        "cmd  \"100\"",
        "00 00 68 65 6c  ..........d..hel",
        "end: clean",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
}
