//! Thrift's THeader.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::theader::{InfoBlock, KeyValues, THeaderMessage};
use metaproto_codec::{Fault, Header, Output};
use serde_json::{Map, Value};

/// The key-values are in blocks, and the payload is not the header's.
const UNTOLD: [&str; 2] = ["info", "payload_length"];

fn message(case: &str) -> Vec<u8> {
    golden("theader", |name| name == case).remove(0).bytes
}

fn pairs(message: &THeaderMessage) -> Map<String, Value> {
    let blocks = message.header.blocks.iter();
    let pairs = blocks.flat_map(|block| match block {
        InfoBlock::KeyValues(block) => block.pairs.clone(),
        InfoBlock::Padding => Vec::new(),
    });
    pairs.map(|(key, value)| (key, value.into())).collect()
}

#[test]
fn golden_messages_are_read_and_written() {
    let messages: Vec<Golden> = golden("theader", |_| true);
    check::<THeaderMessage>(&messages, &UNTOLD);
    for golden in &messages {
        let (view, sizes) = THeaderMessage::view_sized(&golden.bytes).unwrap();
        let message = <THeaderMessage as metaproto_codec::Read>::from_view(&view, None).unwrap();
        assert_eq!(
            golden.fields["info"],
            Value::Object(pairs(&message)),
            "{}",
            golden.case
        );
        assert_eq!(golden.fields["payload_length"], sizes.body);
    }
}

#[test]
fn spoiled_messages_are_refused() {
    let refused = |at: usize, bytes: &[u8]| {
        let mut message = message("binary_info");
        message[at..at + bytes.len()].copy_from_slice(bytes);
        THeaderMessage::read_frame(&message).unwrap_err()
    };
    assert_eq!(
        refused(4, &[0x80]).to_string(),
        "byte 4, field header_magic: expected the constant byte 0x0f, found 0x80"
    );
    assert!(refused(0, &16_384_001_u32.to_be_bytes()).is_limit());
    // 61 bytes follow the number of words.
    let error = refused(12, &[0, 16]);
    assert_eq!(
        *error.fault(),
        Fault::PastEnd {
            needed: 64,
            left: 61
        }
    );
    let error = refused(16, &[2]);
    assert_eq!(*error.fault(), Fault::Code { found: 2 });
}

#[test]
fn spliced_key_values_fill_whole_words() {
    let plain = Bytes::from(message("binary_plain"));
    let mut output = Output::new();
    let change = |message: &mut THeaderMessage| {
        let pairs = vec![("zone".into(), "blue".into())];
        message.header.blocks = vec![InfoBlock::KeyValues(KeyValues { pairs })];
    };
    THeaderMessage::splice(&plain, change, &mut output).unwrap();
    let mut expected = plain.to_vec();
    // 2 bytes, 12 of the block, 2 of padding: 4 words instead of 1.
    expected[3] += 12;
    expected[13] = 4;
    expected.splice(16..18, *b"\x01\x01\x04zone\x04blue\0\0");
    assert_eq!(output.take_contiguous(), expected);
}
