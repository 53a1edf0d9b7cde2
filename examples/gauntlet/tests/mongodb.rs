//! MongoDB's OP_MSG.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::mongodb::{Document, OpMsg, Section};
use metaproto_codec::{Fault, Header, Output};

/// Here the sections are part of the header, so it ends before the checksum.
fn messages(wanted: impl Fn(&str) -> bool) -> Vec<Golden> {
    let mut messages = golden("mongodb", wanted);
    for message in &mut messages {
        let checksum = message.fields.get("checksum").map_or(0, |_| 4);
        message.header_size = message.bytes.len() - checksum;
    }
    messages
}

fn message(case: &str) -> Vec<u8> {
    messages(|name| name == case).remove(0).bytes
}

#[test]
fn golden_messages_are_read_and_written() {
    let messages = messages(|_| true);
    check::<OpMsg>(&messages, &["flag_bits"]);
    for golden in &messages {
        let message = OpMsg::read_frame(&golden.bytes).unwrap();
        let flag_bits = u32::from(message.checksum_present)
            | u32::from(message.more_to_come) << 1
            | u32::from(message.exhaust_allowed) << 16;
        assert_eq!(golden.fields["flag_bits"], flag_bits, "{}", golden.case);
        let bodies = |section: &&Section| matches!(section, Section::Body(_));
        assert_eq!(message.sections.iter().filter(bodies).count(), 1);
    }
}

#[test]
fn the_golden_sequence_holds_its_documents() {
    let message = OpMsg::read_frame(&message("insert_document_sequence")).unwrap();
    let sequences = message.sections.iter().filter_map(|section| match section {
        Section::Sequence(sequence) => Some(&sequence.sequence),
        Section::Body(_) => None,
    });
    let [sequence] = sequences.collect::<Vec<_>>()[..] else {
        panic!("one sequence")
    };
    assert_eq!(sequence.identifier, "documents");
    assert!(!sequence.documents.is_empty());
}

#[test]
fn spoiled_messages_are_refused() {
    let refused = |case: &str, at: usize, bytes: &[u8]| {
        let mut message = message(case);
        message[at..at + bytes.len()].copy_from_slice(bytes);
        OpMsg::read_frame(&message).unwrap_err()
    };
    let error = refused("ping_checksum", 30, b"X");
    assert_eq!(error.fault().rule(), "checksum");
    assert_eq!(
        (error.field().to_string(), error.offset()),
        ("checksum".into(), 50)
    );
    let error = refused("find", 12, &[0xDC]);
    assert_eq!(error.field().to_string(), "op_code");
    let error = refused("find", 16, &[4]);
    assert_eq!(error.field().to_string(), "required");
    let error = refused("find", 20, &[2]);
    assert_eq!(*error.fault(), Fault::Code { found: 2 });
    let error = refused("find", 0, &48_000_001_u32.to_le_bytes());
    assert!(error.is_limit(), "{error}");
    // A document that leaves its message, and one too short for the byte that ends it.
    let error = refused("find", 21, &[200]);
    assert_eq!(error.fault().rule(), "past_end");
    let error = refused("find", 21, &[4, 0, 0, 0]);
    assert_eq!(*error.fault(), Fault::BelowMinimum { found: 4, min: 5 });
}

#[test]
fn a_spliced_document_changes_the_lengths_around_it_and_the_checksum() {
    let before = message("insert_sequence_checksum_more_to_come");
    let mut output = Output::new();
    let change = |message: &mut OpMsg| {
        for section in &mut message.sections {
            if let Section::Sequence(sequence) = section {
                let elements = b"\x10n\0\x07\0\0\0".to_vec();
                sequence
                    .sequence
                    .documents
                    .push(Document { elements, end: 0 });
            }
        }
    };
    OpMsg::splice(&Bytes::from(before.clone()), change, &mut output).unwrap();
    let spliced = output.take_contiguous();
    assert_eq!(spliced.len(), before.len() + 12);
    let [read, original] = [&spliced[..], &before[..]].map(|it| OpMsg::read_frame(it).unwrap());
    let mut expected = original;
    change(&mut expected);
    expected.message_length += 12;
    expected.checksum = read.checksum;
    assert_eq!(read, expected);
    // Reading has compared the checksum.
    assert_ne!(spliced[spliced.len() - 4..], before[before.len() - 4..]);
    assert_eq!(spliced[4..16], before[4..16]);
}
