//! WebSocket.

mod common;

use bytes::Bytes;
use common::{Golden, check, golden};
use gauntlet::websocket::WebsocketFrame;
use metaproto_codec::{Fault, Header, Output};
use serde_json::Value;

/// What the fields of `payload` say, which is read as one.
const PAYLOAD: [&str; 4] = ["mask", "masking_key", "payload_length", "payload_length_7"];

fn frame(case: &str) -> Golden {
    golden("websocket", |name| name == case).remove(0)
}

#[test]
fn golden_frames_are_read_and_written() {
    let frames = golden("websocket", |_| true);
    let mut told = golden("websocket", |_| true);
    for golden in &mut told {
        // Of the same name as the field, but the payload itself.
        golden.fields.remove("payload");
    }
    check::<WebsocketFrame>(&told, &PAYLOAD);
    for golden in &frames {
        let frame = WebsocketFrame::read_frame(&golden.bytes).unwrap();
        let fact = |name: &str| golden.fields.get(name);
        assert_eq!(fact("payload_length"), Some(&frame.payload.length.into()));
        let key = frame.payload.masking_key;
        assert_eq!(fact("mask"), Some(&key.is_some().into()));
        let shown = key.map(|key| format!("0x{:08x}", u32::from_be_bytes(key)));
        assert_eq!(fact("masking_key"), shown.map(Value::from).as_ref());
        if let Some(payload) = fact("payload") {
            let body = &golden.bytes[golden.header_size..];
            let key = key.unwrap_or_default().into_iter().cycle();
            let unmasked: String = body
                .iter()
                .zip(key)
                .map(|(byte, key)| format!("{:02x}", byte ^ key))
                .collect();
            assert_eq!(*payload, format!("0x{unmasked}"), "{}", golden.case);
        }
    }
}

#[test]
fn lengths_are_as_short_as_they_can_be_and_have_a_maximum() {
    let refused = |bytes: &[u8]| WebsocketFrame::read_frame(bytes).unwrap_err();
    for (bytes, found, min) in [
        (&b"\x82\x7E\0\x7D"[..], 125, 126),
        (b"\x82\x7F\0\0\0\0\0\0\xFF\xFF", 0xFFFF, 0x1_0000),
    ] {
        assert_eq!(*refused(bytes).fault(), Fault::BelowMinimum { found, min });
    }
    let error = refused(b"\x82\x7F\0\0\0\0\x01\0\0\x01");
    assert!(error.is_limit(), "{error}");
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (1, "payload".into())
    );
}

#[test]
fn a_frame_is_written_with_the_length_of_its_payload() {
    let frame = WebsocketFrame::read_frame(&frame("binary_125_unmasked").bytes).unwrap();
    for (length, header) in [(0, 2), (125, 2), (126, 4), (0xFFFF, 4), (0x1_0000, 10)] {
        let bytes = frame.to_frame(&vec![1; length]).unwrap();
        assert_eq!(bytes.len(), header + length);
        let read = WebsocketFrame::read_frame(&bytes).unwrap();
        assert_eq!(read.payload.length, length as u64);
    }
}

#[test]
fn a_spliced_key_leaves_all_else() {
    let golden = frame("binary_300_masked");
    let mut output = Output::new();
    let change = |frame: &mut WebsocketFrame| frame.payload.masking_key = Some([1, 2, 3, 4]);
    WebsocketFrame::splice(&Bytes::from(golden.bytes.clone()), change, &mut output).unwrap();
    let mut expected = golden.bytes;
    expected[4..8].copy_from_slice(&[1, 2, 3, 4]);
    assert_eq!(output.take_contiguous(), expected);
}
