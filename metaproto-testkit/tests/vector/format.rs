//! What is written is read back, and reads as canonical text.

use bytes::Bytes;
use metaproto_codec::{Direction, ErrorType, MessageType, Mutation, RequestId, ResponseStatus};
use metaproto_testkit::facts::Facts;
use metaproto_testkit::vector::{Block, Edit, EditResult, Expect, Rejection, Vector, VectorFile};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const CANONICAL: &str = "\
mpv 1
origin \"a client, \\u{202e}2026\\n\"

[hello]
direction c2s
chunks 16 5 1 * 3
rule D003
codec \"Shop\"
reply over_limit \"slow down\"

before
  ff ff

bytes
  01 00 00 00 07 00 00 00  15 00 64 00 00 68 65 6c  # ..........d..hel
  6c 6f 20 77 6f                                    # lo wo
  61 * 1024
  0a
expect request
  request_id 0x00ff
  stream_id 3
  status ok
  operation \"shop.Cart/add\"
  header_size 13
  property \"cmd\" \"100\"
  property \"say \\\"hi\\\"\" \"\\\\\"
mutate set \"cmd\" \"7\" remove \"zone\" request_id 9 stream_id 3
becomes
  01
mutate set \"cmd\" \"70000\"
refused cannot_hold
mutate
refused
mutate

bytes
expect wait 11

bytes
  00 00
expect wait

bytes
expect limit above_maximum at 5 in pack_len

[\"two words\"]
direction s2c

bytes
expect message

bytes
expect anything

bytes
expect reject in \"the message\"
";

#[test]
fn canonical_text_stays_as_it_is() {
    let file = VectorFile::parse(CANONICAL).unwrap();
    assert_eq!(file.to_string(), CANONICAL);
    assert_eq!(file.origin.as_deref(), Some("a client, \u{202e}2026\n"));
    let [hello, other] = file.vectors.as_slice() else {
        panic!("two vectors")
    };
    assert_eq!(hello.chunks, [16, 5, 1, 1, 1]);
    assert_eq!(hello.line, 4);
    assert_eq!(
        hello.reply,
        Some((ErrorType::OverLimit, "slow down".into()))
    );
    assert_eq!(hello.before, [[0xff, 0xff]]);
    let [request, ..] = hello.blocks.as_slice() else {
        panic!("blocks")
    };
    assert_eq!((request.line, request.bytes.len()), (14, 21 + 1024 + 1));
    let Expect::Facts(facts) = &request.expect else {
        panic!("facts")
    };
    assert_eq!(facts.length, request.bytes.len());
    assert_eq!(
        facts.request_id,
        Some(RequestId::Bytes(Bytes::from_static(&[0, 0xff])))
    );
    assert_eq!(facts.get("say \"hi\""), Some("\\"));
    let [first, .., last] = request.edits.as_slice() else {
        panic!("edits")
    };
    let mut mutation = Mutation::new().set("cmd", "7").remove("zone");
    mutation.set_request_id(RequestId::Number(9));
    mutation.set_stream_id(3);
    assert_eq!(first.mutation, mutation);
    assert_eq!(first.result, EditResult::Becomes(vec![1]));
    assert_eq!(last.result, EditResult::Unstated);
    assert_eq!(
        (other.name.as_str(), other.direction),
        ("two words", Direction::ServerToClient)
    );
}

#[test]
fn people_may_write_as_they_like() {
    let text = "\u{feff}# by hand\r\nmpv 1 # the first\r\n[x] # a name\r\n\tdirection c2s\r\nbytes 0100 \"hé\\u{0}\" # mixed\r\n\
                # between\r\n\r\n  \"ab\"*2 00*3\r\nexpect message";
    let file = VectorFile::parse(text).unwrap();
    let block = &file.vectors[0].blocks[0];
    assert_eq!(block.bytes, b"\x01\x00h\xc3\xa9\0abab\0\0\0");
    assert_eq!(block.expect, Expect::Message);
}

#[test]
fn a_message_in_two_blocks_has_the_length_of_both() {
    let text = "mpv 1\n[x]\ndirection c2s\nbytes 01\nexpect wait\nbytes 02 03\nexpect ping\nheader_size 3\n\
                bytes 04\nexpect ping\nheader_size 1\n";
    let file = VectorFile::parse(text).unwrap();
    let lengths = file.vectors[0]
        .blocks
        .iter()
        .map(|block| match &block.expect {
            Expect::Facts(facts) => facts.length,
            _ => 0,
        });
    assert_eq!(lengths.collect::<Vec<_>>(), [0, 3, 1]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(file in files()) {
        let text = file.to_string();
        let read = VectorFile::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&file), "{}", text);
        prop_assert_eq!(read.unwrap().to_string(), text);
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>(), at in any::<prop::sample::Index>(), cut in 0..9_usize) {
        let _ = VectorFile::parse(&text);
        // The canonical text with a piece replaced goes deeper.
        let chars: Vec<char> = CANONICAL.chars().collect();
        let start = at.index(chars.len());
        let end = chars.len().min(start + cut);
        let broken: String = chars[..start].iter().copied().chain(text.chars()).chain(chars[end..].iter().copied()).collect();
        if let Err(error) = VectorFile::parse(&broken) {
            prop_assert!(error.line >= 1 && error.line <= broken.lines().count().max(1));
            prop_assert!(error.column >= 1);
            let _ = error.to_string();
        }
    }
}

fn files() -> impl Strategy<Value = VectorFile> {
    (option::of(text()), vec(vector(), 0..3)).prop_map(|(origin, mut vectors)| {
        for (index, vector) in vectors.iter_mut().enumerate() {
            vector.name.push_str(&index.to_string());
        }
        VectorFile { origin, vectors }
    })
}

fn vector() -> impl Strategy<Value = Vector> {
    let direction = select(vec![Direction::ClientToServer, Direction::ServerToClient]);
    let reply = option::of((select(ErrorType::ALL.to_vec()), text()));
    (
        (text(), direction, vec(1..40_usize, 0..6)),
        vec(bytes(), 0..3),
        (vec(block(), 0..4), option::of(rejection())),
        (option::of(text()), option::of(text()), reply),
    )
        .prop_map(
            |((name, direction, chunks), before, (blocks, last), (rule, codec, reply))| {
                let mut vector = Vector::new(name, direction);
                vector.before = before;
                (vector.rule, vector.codec, vector.reply) = (rule, codec, reply);
                vector.blocks = blocks;
                vector
                    .blocks
                    .extend(last.map(|last| Block::new([1], Expect::Reject(last))));
                let mut left = vector.stream().len();
                vector.chunks = chunks;
                vector.chunks.retain(|size| {
                    let fits = *size <= left;
                    left -= if fits { *size } else { 0 };
                    fits
                });
                // What a block cannot say of itself.
                let mut pending = 0;
                for block in &mut vector.blocks {
                    pending += block.bytes.len();
                    match &mut block.expect {
                        Expect::Wait { .. } => {
                            block.edits.clear();
                            continue;
                        }
                        Expect::Facts(facts) => {
                            (facts.direction, facts.length) = (direction, pending);
                        }
                        _ => {}
                    }
                    pending = 0;
                }
                vector
            },
        )
}

fn block() -> impl Strategy<Value = Block> {
    (bytes(), expectation(), vec(edit(), 0..3)).prop_map(|(bytes, expect, edits)| {
        let mut block = Block::new(bytes, expect);
        block.edits = edits;
        block
    })
}

fn expectation() -> impl Strategy<Value = Expect> {
    prop_oneof![
        Just(Expect::Anything),
        Just(Expect::Message),
        facts().prop_map(|facts| Expect::Facts(Box::new(facts))),
        option::of(any::<usize>()).prop_map(|at_least| Expect::Wait { at_least }),
    ]
}

fn facts() -> impl Strategy<Value = Facts> {
    let status = select(vec![ResponseStatus::Ok, ResponseStatus::Error]);
    (
        select(MessageType::ALL.to_vec()),
        option::of(id()),
        option::of(any::<u64>()),
        option::of(status),
        option::of(text()),
        any::<usize>(),
        vec((text(), text()), 0..3),
    )
        .prop_map(
            |(kind, request_id, stream_id, status, operation, header_size, properties)| Facts {
                direction: Direction::ClientToServer,
                kind,
                request_id,
                stream_id,
                status,
                operation,
                header_size,
                length: 0,
                properties,
            },
        )
}

fn rejection() -> impl Strategy<Value = Rejection> {
    let parts = (
        option::of(text()),
        option::of(any::<u64>()),
        option::of(text()),
    );
    (any::<bool>(), parts).prop_map(|(limit, (rule, offset, field))| Rejection {
        limit,
        rule,
        offset,
        field,
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let result = prop_oneof![
        Just(EditResult::Unstated),
        bytes().prop_map(EditResult::Becomes),
        option::of(text()).prop_map(|rule| EditResult::Refused { rule }),
    ];
    let changes = vec((text(), option::of(text())), 0..3);
    let ids = (option::of(id()), option::of(any::<u64>()));
    (ids, changes, result).prop_map(|((id, stream_id), changes, result)| {
        let mut mutation = Mutation::new();
        for (key, value) in changes {
            mutation = match value {
                Some(value) => mutation.set(key, value),
                None => mutation.remove(key),
            };
        }
        if let Some(id) = id {
            mutation.set_request_id(id);
        }
        if let Some(id) = stream_id {
            mutation.set_stream_id(id);
        }
        Edit { mutation, result }
    })
}

fn id() -> impl Strategy<Value = RequestId> {
    prop_oneof![
        any::<u64>().prop_map(RequestId::Number),
        vec(any::<u8>(), 0..5).prop_map(|bytes| RequestId::Bytes(bytes.into())),
    ]
}

/// Any text, and words that mean something in the format.
fn text() -> impl Strategy<Value = String> {
    let special = [
        "", "at", "in", "bytes", "#", "]", "\"", "\\", "a\nb", "\u{202e}", "D003", "*",
    ];
    prop_oneof![
        any::<String>(),
        select(special.to_vec()).prop_map(String::from),
        "[a-z.]{1,5}"
    ]
}

/// Bytes with runs around the length from which they are written as repetitions.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let run = (any::<u8>(), 30..70_usize).prop_map(|(byte, count)| vec![byte; count]);
    let text = "[a-z ]{1,20}".prop_map(String::into_bytes);
    vec(prop_oneof![vec(any::<u8>(), 0..20), run, text], 0..3).prop_map(|parts| parts.concat())
}
