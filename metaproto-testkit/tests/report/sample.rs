//! A run of a codec with several bugs, as the suite would report it.

use metaproto_testkit::report::{
    Branch, Coverage, DumpRow, Failure, KindCoverage, Level, Mark, Outcome, Report, RuleReport,
    VectorCount,
};

/// 53 rules: 3 broken, 1 recommendation missed, 2 exempted, 3 that do not apply.
pub(crate) fn report() -> Report {
    let rules = RULES.iter().map(|(id, level, title, why)| RuleReport {
        id: (*id).into(),
        name: id.to_lowercase(),
        title: (*title).into(),
        level: *level,
        why: (*why).into(),
        fix: "derive the header, or see what docs/guide says under this rule".into(),
        outcome: outcome(id),
        cases: 1 + id.bytes().map(usize::from).sum::<usize>() % 97,
    });
    Report {
        codec: "AwesomeRpc".into(),
        package: "awesomerpc".into(),
        strict: false,
        rules: rules.collect(),
        not_run: Vec::new(),
        vectors: VectorCount::default(),
        coverage: coverage(),
    }
}

/// A run that leaves nothing to be desired.
pub(crate) fn flawless() -> Report {
    let mut report = report();
    report.codec = "Dubbo".into();
    report.package = "dubbo-codec".into();
    report.vectors = VectorCount {
        files: 4,
        messages: 31,
        rejects: 6,
    };
    for rule in &mut report.rules {
        rule.outcome = Outcome::Passed;
    }
    report.coverage.kinds.retain(|kind| kind.generated > 0);
    for kind in &mut report.coverage.kinds {
        kind.vectors = 3;
        kind.declared = true;
    }
    report
        .coverage
        .branches
        .retain(|branch| branch.generated > 0);
    for branch in &mut report.coverage.branches[1..] {
        branch.vectors = 1;
    }
    report
}

/// A rule that is broken.
pub(crate) fn failing(id: &str, level: Level) -> RuleReport {
    RuleReport {
        id: id.into(),
        name: id.to_lowercase(),
        title: "chunking must not change the result".into(),
        level,
        why: "TCP has no message boundary".into(),
        fix: "keep nothing between calls".into(),
        outcome: Outcome::Failed(chunking()),
        cases: 7,
    }
}

fn outcome(id: &str) -> Outcome {
    match id {
        "D003" => Outcome::Failed(chunking()),
        "E004" => Outcome::Failed(lengths()),
        "R003" => Outcome::Failed(magic()),
        "D009" => Outcome::Failed(inexact()),
        "E010" => Outcome::Allowed {
            reason: "version 1 of the protocol has no extension fields; see ticket AR-112".into(),
            failure: Some(magic()),
        },
        "X005" => Outcome::Allowed {
            reason: "messages are made by the gateway only".into(),
            failure: None,
        },
        "R009" | "M006" => Outcome::Unsupported {
            reason: "the schema has nothing that nests".into(),
        },
        "V003" => Outcome::Unsupported {
            reason: "no second implementation was given".into(),
        },
        _ => Outcome::Passed,
    }
}

fn chunking() -> Failure {
    let head = [
        mark(0, 1, "version", false),
        mark(1, 4, "pack_flow", true),
        mark(5, 4, "pack_len", false),
        mark(9, 2, "req_cmd", false),
        mark(11, 2, "rsp_code", false),
        mark(13, 3, "payload", false),
    ];
    Failure {
        text: "FAIL  D003  chunking must not change the result          AwesomeRpc   (must)\n\n  \
               whole: Done { consumed: 21 }   request_id = 7\n  \
               split: Done { consumed: 21 }   request_id = 0\n"
            .into(),
        expected: (
            "whole".into(),
            "Done { consumed: 21 }   request_id = 7".into(),
        ),
        actual: (
            "split".into(),
            "Done { consumed: 21 }   request_id = 0".into(),
        ),
        input: "tests/vectors/hello.mpv, 21 bytes, in chunks [7 | 9 | 5]   (shrunk from [7 | 3 | 6 | 3 | 2])"
            .into(),
        dump: vec![
            DumpRow {
                offset: 0,
                bytes: bytes(&[
                    0x01, 0, 0, 0, 7, 0, 0, 0, 0x15, 0, 5, 0, 0, 0x68, 0x65, 0x6c,
                ]),
                cuts: vec![7],
                marks: head.into(),
            },
            DumpRow {
                offset: 16,
                bytes: bytes(b"lo wo"),
                cuts: vec![0],
                marks: vec![mark(0, 5, "payload", false)],
            },
        ],
        saved: Some("target/metaproto/fail/d003-1f9c.mpv".into()),
        replay: "METAPROTO_REPLAY=target/metaproto/fail/d003-1f9c.mpv cargo test -p awesomerpc d003"
            .into(),
    }
}

fn lengths() -> Failure {
    let long: Vec<u8> = (0x41..0x51).collect();
    Failure {
        text: "FAIL  E004  growing values fix every length".into(),
        expected: (
            "frame_len after setting service = \"inventory.v2\"".into(),
            "Done { consumed: 1204 }\nkind = request\nservice = \"inventory.v2\"\nheader_size = 25"
                .into(),
        ),
        actual: (
            "decoded again".into(),
            "Done { consumed: 1200 }\nkind = request\nservice = \"inventory\"\nheader_size = 25"
                .into(),
        ),
        input: "made from the schema, 1204 bytes, in one chunk".into(),
        dump: vec![
            DumpRow {
                offset: 0,
                bytes: bytes(&[
                    0xda, 0xbb, 0xc2, 0x01, 0, 0, 0x04, 0xb4, 0, 0x0c, 0x69, 0x6e, 0x76, 0x65,
                    0x6e, 0x74,
                ]),
                cuts: Vec::new(),
                marks: vec![
                    mark(0, 2, "magic", false),
                    mark(2, 1, "flags.request", false),
                    mark(2, 1, "flags.two_way", false),
                    mark(2, 1, "flags.serialization", false),
                    mark(3, 1, "status", false),
                    mark(4, 4, "frame_len", true),
                    mark(8, 2, "service.len", false),
                    mark(10, 6, "service", false),
                ],
            },
            DumpRow {
                offset: 16,
                bytes: bytes(b"ory.v2\0\x01k\0\x01vABCD"),
                cuts: Vec::new(),
                marks: vec![
                    mark(0, 6, "service", false),
                    mark(6, 2, "attachments[0].key.len", false),
                    mark(8, 1, "attachments[0].key", false),
                    mark(9, 2, "attachments[0].value.len", false),
                    mark(11, 1, "attachments[0].value", false),
                    mark(12, 4, "payload", false),
                ],
            },
            DumpRow {
                offset: 1184,
                bytes: bytes(&long),
                cuts: Vec::new(),
                marks: vec![mark(0, 16, "payload", false)],
            },
            DumpRow {
                offset: 1200,
                bytes: vec![Some(0x51), Some(0x52), None, None],
                cuts: Vec::new(),
                marks: vec![mark(0, 4, "payload", true)],
            },
        ],
        saved: None,
        replay: "cargo test -p awesomerpc e004".into(),
    }
}

fn magic() -> Failure {
    Failure {
        text: "FAIL  R003  a wrong magic byte is refused at once".into(),
        expected: ("expected".into(), "Err(wrong magic at byte 0)".into()),
        actual: ("actual".into(), "Ok(WaitForData { at_least: 12 })".into()),
        input: "tests/vectors/hello.mpv with bit 3 of byte 0 flipped, 1 byte".into(),
        dump: vec![DumpRow {
            offset: 0,
            bytes: bytes(&[0x09]),
            cuts: vec![1],
            marks: vec![mark(0, 1, "version", true)],
        }],
        saved: Some("target/metaproto/fail/r003-77aa.mpv".into()),
        replay:
            "METAPROTO_REPLAY=target/metaproto/fail/r003-77aa.mpv cargo test -p awesomerpc r003"
                .into(),
    }
}

fn inexact() -> Failure {
    Failure {
        expected: ("missing".into(), "at_least: 8".into()),
        actual: ("asked for".into(), "at_least: 1".into()),
        ..chunking()
    }
}

fn mark(start: usize, len: usize, name: &str, wrong: bool) -> Mark {
    Mark {
        start,
        len,
        name: name.into(),
        wrong,
    }
}

fn bytes(bytes: &[u8]) -> Vec<Option<u8>> {
    bytes.iter().copied().map(Some).collect()
}

fn coverage() -> Coverage {
    let kind = |direction: &str, kind: &str, declared, generated| KindCoverage {
        direction: direction.into(),
        kind: kind.into(),
        declared,
        vectors: 0,
        generated,
    };
    let branch = |direction: &str, path: &str, generated| Branch {
        direction: direction.into(),
        path: path.into(),
        vectors: 0,
        generated,
    };
    Coverage {
        kinds: vec![
            kind("request", "request", true, 412),
            kind("request", "one-way", true, 97),
            kind("request", "heartbeat ping", true, 0),
            kind("response", "response", true, 388),
            kind("response", "error", true, 120),
            kind("response", "heartbeat pong", false, 4),
            kind("response", "stream data", false, 0),
        ],
        branches: vec![
            branch("request", "flags.two_way = false", 97),
            branch("request", "attachments: empty", 40),
            branch("request", "attachments: at its maximum", 0),
            branch("response", "status = ok (0)", 200),
            branch("response", "status = route_not_found (1)", 64),
            branch("response", "status = other (2)", 0),
        ],
    }
}

const RULES: [(&str, Level, &str, &str); 53] = {
    use Level::{Info as I, Must as M, Should as S};
    [
        (
            "D001",
            M,
            "empty buffer gives WaitForData, nothing consumed, no metadata",
            "hosts call decode after draining",
        ),
        (
            "D002",
            M,
            "every proper prefix of a valid frame gives WaitForData, 0 bytes consumed",
            "early Done forwards truncated messages (*stateful codecs may consume if declared)",
        ),
        (
            "D003",
            M,
            "any chunking gives the same result as one chunk",
            "TCP has no message boundary",
        ),
        (
            "D004",
            M,
            "WaitForData leaves buffer bytes unchanged and is idempotent (call twice)",
            "hosts re-present the buffer",
        ),
        (
            "D005",
            M,
            "Done consumes >= 1 byte",
            "otherwise the host loop never ends",
        ),
        (
            "D006",
            M,
            "Done consumes exactly one frame; following bytes untouched",
            "pipelining",
        ),
        (
            "D007",
            M,
            "N concatenated frames gives N Done, then WaitForData; no stall with data left",
            "a stall is a hang for every later message",
        ),
        (
            "D008",
            M,
            "at_least never exceeds what is missing, is >= 1, and reaching it makes progress",
            "over-asking deadlocks",
        ),
        (
            "D009",
            S,
            "at_least becomes exact once the length field is readable",
            "avoids O(n²) re-decode",
        ),
        (
            "D010",
            M,
            "decode is deterministic: same bytes, fresh codec gives same result and metadata",
            "retries, replay, fuzzing",
        ),
        (
            "D011",
            M,
            "reuse: a codec that decoded frame A gives the same result on B as a fresh one",
            "stale header fields leak between requests",
        ),
        (
            "D012",
            M,
            "instances are isolated (interleave two connections)",
            "statics/thread-locals in codecs",
        ),
        (
            "D013",
            M,
            "result does not depend on buffer segmentation/alignment/capacity",
            "Envoy slices vs contiguous BytesMut",
        ),
        (
            "D014",
            S,
            "trailing garbage after a valid frame does not alter that frame",
            "look-ahead bugs",
        ),
        (
            "M001",
            M,
            "metadata written only when Done",
            "fresh metadata per call",
        ),
        (
            "M002",
            M,
            "origin/header/body sizes sum to the consumed length",
            "host re-slices by them",
        ),
        (
            "M003",
            M,
            "message type in allowed set and stable for the direction",
            "request decoded as response breaks routing",
        ),
        (
            "M004",
            M,
            "request id round-trips over its full width (0, 1, MAX, sign bit)",
            "u32→i32 truncation; host rejects id mismatch",
        ),
        (
            "M005",
            S,
            "routing keys are valid UTF-8, no NUL, bounded length",
            "used in routes, logs, stats",
        ),
        (
            "M006",
            S,
            "one-way and heartbeat frames are flagged",
            "else the host waits for an answer",
        ),
        (
            "M007",
            I,
            "coverage: every message type of the declaration occurs in the vectors",
            "tells the author what is untested",
        ),
        (
            "E001",
            M,
            "empty mutation gives output bytes identical to the original frame",
            "proxies must be transparent",
        ),
        (
            "E002",
            M,
            "each mutated key is visible when the output is decoded again; others unchanged",
            "a silently dropped mutation is a policy that does not hold",
        ),
        (
            "E003",
            M,
            "encode(decode(x)) decodes to equal metadata, and re-encode is a fixpoint",
            "canonicalisation drift",
        ),
        (
            "E004",
            M,
            "growing/shrinking values fix every length, count, padding, checksum",
            "off-by-delta lengths",
        ),
        (
            "E005",
            M,
            "encode appends; bytes already in the output buffer stay",
            "hosts batch writes",
        ),
        (
            "E006",
            M,
            "encoded_len() equals bytes written",
            "reservations, watermarks",
        ),
        (
            "E007",
            M,
            "value too long for its field gives error, never truncation or wrap",
            "as u16 bugs",
        ),
        (
            "E008",
            M,
            "failed encode leaves output as it was",
            "half frames on the wire",
        ),
        (
            "E009",
            S,
            "unknown mutation key gives documented behaviour (ignored or error), same every time",
            "config typos",
        ),
        (
            "E010",
            M,
            "unknown/reserved header bits and extension fields survive",
            "forward compatibility",
        ),
        (
            "X001",
            M,
            "on_error produces >= 1 byte for a two-way request",
            "client hangs otherwise",
        ),
        (
            "X002",
            M,
            "output decodes as exactly one response frame with error status",
            "peers must parse it",
        ),
        (
            "X003",
            M,
            "request/stream id equals the request's; same for heartbeat replies",
            "host and client match by id",
        ),
        (
            "X004",
            M,
            "every ErrorType x every message type handled, no panic",
            "default arms",
        ),
        (
            "X005",
            S,
            "message text is escaped/limited; arbitrary UTF-8, 64 KiB, embedded NUL",
            "error text comes from anywhere",
        ),
        (
            "X006",
            M,
            "nothing is written for one-way requests (or declared)",
            "stray response desynchronises",
        ),
        (
            "R001",
            M,
            "never panics/aborts on arbitrary bytes",
            "a module panic takes the proxy down",
        ),
        (
            "R002",
            M,
            "after an error: poisoned (same error) or clean; never silently resumes mid-frame",
            "half a message must never be taken for a whole one",
        ),
        (
            "R003",
            M,
            "wrong magic/version gives error on the first byte that proves it, not WaitForData",
            "slow-loris by waiting forever",
        ),
        (
            "R004",
            M,
            "inconsistent inner lengths (inner > outer, < header, 0) gives error",
            "inner parts must lie within the outer frame",
        ),
        (
            "R005",
            M,
            "lengths near 2^16, 2^31, 2^32, 2^63 gives error, no wrap",
            "sums of 32-bit lengths wrap",
        ),
        (
            "R006",
            M,
            "frame above max_frame rejected as soon as its length is readable",
            "memory DoS",
        ),
        (
            "R007",
            M,
            "allocation during decode <= k x bytes actually received",
            "a count from the wire is not a reason to allocate",
        ),
        (
            "R008",
            M,
            "1-byte feeding of a max frame is <= linear in work (counted steps, not time)",
            "quadratic re-scan",
        ),
        (
            "R009",
            M,
            "nesting/collection depth bounded",
            "stack overflow",
        ),
        (
            "R010",
            S,
            "bad UTF-8/enum/bool gives typed error with path and offset",
            "debuggability",
        ),
        (
            "R011",
            M,
            "codec is Send, drops cleanly mid-frame",
            "connection close",
        ),
        (
            "V001",
            M,
            "every golden vector decodes to its recorded metadata and re-encodes to its bytes",
            "interop truth from a real peer",
        ),
        (
            "V002",
            M,
            "every \"reject\" vector gives the recorded error class",
            "regressions",
        ),
        (
            "V003",
            S,
            "differential: derived codec equals second implementation (hand-written, C++ via FFI, nom) on mutated corpus",
            "oracle for wrong-but-consistent codecs",
        ),
        (
            "V004",
            S,
            "same verdicts on every host (tokio, loopback proxy, Envoy module)",
            "hosts are buggy too",
        ),
        (
            "X007",
            M,
            "a heartbeat ping yields exactly one pong with the same id",
            "a peer that hears nothing hangs up",
        ),
    ]
};
