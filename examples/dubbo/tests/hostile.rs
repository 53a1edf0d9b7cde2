//! Bytes that a hostile or broken peer may send.

use std::path::Path;

use dubbo::Dubbo;
use metaproto_codec::{CodecError, Direction, Fault, Limits, Metadata, Next, Session};

fn verdict(bytes: &[u8], direction: Direction) -> Result<Next, CodecError> {
    let mut session = Session::new(Dubbo::default(), direction, Limits::default());
    let mut metadata = Metadata::default();
    session.receive(bytes);
    loop {
        match session.next_message(&mut metadata) {
            Ok(Next::Message { .. }) => {}
            Ok(wait) => {
                if session.buffered() != 0 {
                    let error = session.finish().unwrap_err();
                    assert!(matches!(error.fault(), Fault::Truncated { .. }), "{error}");
                    return Ok(wait);
                }
                return Ok(Next::Message{offset:0});
            }
            Err(error) => return Err(error),
        }
    }
}

#[test]
fn every_sample_gets_its_verdict() {
    let mut bad = 0;
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    files.sort();
    for description in files {
        let text = std::fs::read_to_string(&description).unwrap();
        let expected = text.lines().find_map(|line| line.strip_prefix("verdict: ")).unwrap();
        let direction = if text.contains("direction: s2c") { Direction::ServerToClient } else { Direction::ClientToServer };
        let v = verdict(&std::fs::read(description.with_extension("bin")).unwrap(), direction);
        let found = match &v {
            Ok(Next::Wait { .. }) => "wait",
            Ok(Next::Message { .. }) => "accept",
            Err(error) if error.is_limit() => "limit",
            Err(_) => "error",
        };
        let ok = expected == found || expected == "policy";
        bad += usize::from(!ok);
        println!("{} {} {expected} {found} {}", if ok {"ok "} else {"BAD"}, description.file_stem().unwrap().display(), v.as_ref().err().map(ToString::to_string).unwrap_or_default());
    }
    assert_eq!(bad, 0);
}
