//! Everybody reads the same, writes the same, and refuses the same.

use super::*;

type Checked = Box<dyn Fn(&[u8]) -> Option<Call>>;

fn decoders() -> Vec<(String, Checked)> {
    let slices = |kind: &'static str, table: &'static [(&str, Decode<[u8]>)]| {
        table.iter().map(move |(name, decode)| {
            let both = |bytes: &[u8]| {
                let call = (decode.checked)(bytes);
                assert_eq!((decode.measured)(bytes), call.is_some());
                call
            };
            (format!("{kind}: {name}"), Box::new(both) as Checked)
        })
    };
    let shared = SHARE.iter().map(|(name, decode)| {
        let both = |bytes: &[u8]| {
            let bytes = Bytes::copy_from_slice(bytes);
            let call = (decode.checked)(&bytes);
            assert_eq!((decode.measured)(&bytes), call.is_some());
            call
        };
        (format!("share: {name}"), Box::new(both) as Checked)
    });
    slices("borrow", BORROW)
        .chain(slices("own", OWN))
        .chain(shared)
        .collect()
}

fn samples() -> [Call; 4] {
    let empty = Call {
        body: vec![0xFF; 3],
        ..Call::default()
    };
    [short(), long(), unicode(), empty]
}

#[test]
fn the_header_of_the_sample_has_266_bytes() {
    assert_eq!(written(&short()).len(), 266 + 100);
    assert!(written(&short())[..266].is_ascii());
    assert!(!written(&long())[..266].is_ascii());
}

#[test]
fn all_decode_the_samples_and_refuse_what_is_shorter() {
    for (name, decode) in decoders() {
        for call in samples() {
            let bytes = written(&call);
            assert!(decode(&bytes) == Some(call), "{name}");
            for length in 0..bytes.len() {
                assert!(decode(&bytes[..length]).is_none(), "{name}: {length}");
            }
        }
    }
}

#[test]
fn all_skip_bytes_after_the_last_pair() {
    let mut bytes = written(&short());
    bytes.splice(266..266, [0xFF; 5]);
    bytes[..2].copy_from_slice(&271_u16.to_be_bytes());
    for (name, decode) in decoders() {
        assert!(decode(&bytes) == Some(short()), "{name}");
    }
}

#[test]
fn all_refuse_lengths_that_cannot_be() {
    let change = |at: usize, with: &[u8]| {
        let mut bytes = written(&short());
        bytes.resize(1 << 18, 0);
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    let bad = [
        ("no header", change(0, &[0, 0])),
        ("header of lengths alone", change(0, &[0, 6])),
        (
            "header ends in the last pair",
            change(0, &265_u16.to_be_bytes()),
        ),
        (
            "header above its limit",
            change(0, &(MAX_HEADER + 1).to_be_bytes()),
        ),
        (
            "body above its limit",
            change(2, &(MAX_BODY + 1).to_be_bytes()),
        ),
        ("service beyond the header", change(6, &[0xFF, 0xFF])),
        ("one pair too many", change(56, &[0, 9])),
        ("pairs above their limit", change(56, &[0, 65])),
        ("value beyond the header", change(247, &[0, 18])),
    ];
    for (name, decode) in decoders() {
        for (what, bytes) in &bad {
            assert!(decode(bytes).is_none(), "{name}: {what}");
        }
    }
}

#[test]
fn all_refuse_texts_that_are_not_utf8() {
    for sample in [short(), unicode()] {
        let bytes = written(&sample);
        // In the service, the method, the first key, and the last value.
        let header = bytes.len() - sample.body.len();
        for at in [8, 44, 60, header - 1] {
            let mut bytes = bytes.clone();
            bytes[at] = 0xFF;
            for (name, decode) in decoders() {
                assert!(decode(&bytes).is_none(), "{name}: {at}");
            }
        }
    }
}

#[test]
fn all_append_the_bytes_of_the_samples() {
    for (name, prepare) in ENCODE {
        for call in samples() {
            let mut out = b"before".to_vec();
            assert!(prepare(&call)(&mut out), "{name}");
            assert!(out == [b"before", &written(&call)[..]].concat(), "{name}");
        }
    }
}
