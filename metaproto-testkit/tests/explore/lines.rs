//! Lines: JSON for tools, text for humans.

use metaproto_testkit::dump::{Input, Style};
use serde_json::{Value, json};

use crate::wire::{answered, call, capture, lines, opened, sent};

fn stream(bytes: Vec<u8>) -> Input {
    Input::Stream(Box::new(std::io::Cursor::new(bytes)), None)
}

/// Two requests with lost bytes between them, and an answer.
fn lossy() -> Input {
    let message = call(1, "one", b"1234567");
    let mut segments = opened().to_vec();
    segments.extend([sent(0, &message), sent(25, &message), answered(0, &message)]);
    Input::Capture(capture(&segments))
}

#[test]
fn lines_of_a_capture_say_connection_and_direction() {
    let (text, status) = lines(lossy(), Style::JSON);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(status, 6);
    assert_eq!(
        lines[0],
        json!({
            "connection": 1, "client": "10.0.0.1:40000", "server": "10.0.0.2:80", "protocol": "call", "opened": true,
            "captured": 60,
        })
    );
    let keys: Vec<_> = lines[1].as_object().unwrap().keys().take(3).collect();
    assert_eq!(keys, ["connection", "direction", "offset"]);
    let rest = &lines[2..];
    assert_eq!(
        rest[0],
        json!({
            "connection": 1, "direction": "c2s", "gap": 5, "offset": 20, "lost_before": 0, "lost_behind": 0,
        })
    );
    assert!(rest.contains(&json!({ "connection": 1, "direction": "s2c", "end": "clean" })));
}

#[test]
fn names_stand_below_their_bytes() {
    let (text, _) = lines(stream(call(1, "one", b"1234567")), Style::TEXT);
    let expected = "\
request at byte 0, 20 bytes, id 1, operation one
    000000  ca 11 00 01 00 00 00 14  00 03 6f 6e 65 31 32 33  ..........one123
            magic id--- length-----  co me method-- body----
    000010  34 35 36 37                                       4567
            body-------
    co = code, me = method.len
  header, 13 bytes; body, 7 bytes
    magic   51729
    id      1
    length  20
    code    0
    method  \"one\"

end: clean
";
    assert_eq!(text, expected);
}

#[test]
fn a_long_body_is_shown_short_unless_all_is_wanted() {
    let message = || stream(call(1, "one", &[7; 500]));
    let (short, _) = lines(message(), Style::TEXT);
    assert!(short.contains(".. 417 more bytes"), "{short}");
    let (full, _) = lines(message(), Style::TEXT.full(true));
    assert!(!full.contains("more bytes"));
    assert_eq!(
        full.matches("07 07 07 07 07 07 07 07  07").count(),
        31,
        "{full}"
    );
}

#[test]
fn colours_are_beside_the_text() {
    let plain = lines(lossy(), Style::TEXT).0;
    let coloured = lines(lossy(), Style::TEXT.colours(true)).0;
    assert!(!plain.contains('\x1b'));
    assert!(coloured.contains("\x1b[36m"));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn a_peer_writes_no_colours() {
    let hostile = "a\x1b[31m\nend: clean\u{202e}";
    let (text, _) = lines(stream(call(1, hostile, b"\x1b[31m")), Style::TEXT);
    assert!(!text.contains(['\x1b', '\u{202e}']));
    assert_eq!(text.matches("\nend: clean").count(), 1, "{text}");
}
