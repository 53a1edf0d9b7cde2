//! Bytes that a hostile or broken peer may send.

mod common;

use common::{Awesome, directory, request, request_of_length, session};
use metaproto_codec::{CodecError, Direction, Fault, Metadata, Next};
use proptest::prelude::*;
use recorded::{Protocol, check_hostile, drive};

const MAX: u32 = 4 << 20;

fn verdict(bytes: &[u8]) -> Result<Next, CodecError> {
    let mut session = session(Direction::ClientToServer);
    let mut metadata = Metadata::default();
    session.receive(bytes);
    loop {
        match session.next_message(&mut metadata) {
            Ok(Next::Message { .. }) => {}
            Ok(wait) => {
                if session.buffered() != 0 {
                    let error = session.finish().unwrap_err();
                    assert!(matches!(error.fault(), Fault::Truncated { .. }), "{error}");
                }
                return Ok(wait);
            }
            Err(error) => return Err(error),
        }
    }
}

#[test]
fn every_sample_gets_its_verdict() {
    check_hostile(&Awesome, &directory("hostile"), &[]).assert_at_least(11);
}

#[test]
fn a_length_below_the_header_is_an_error() {
    for length in 0..13 {
        let error = verdict(&request_of_length(length)).unwrap_err();
        assert_eq!(
            error.fault(),
            &Fault::BelowMinimum {
                found: length.into(),
                min: 13
            }
        );
        assert_eq!(
            (error.offset(), error.field().to_string().as_str()),
            (5, "pack_len")
        );
    }
}

#[test]
fn a_length_above_the_maximum_is_a_limit() {
    for length in [MAX + 1, 0x8000_0000, u32::MAX] {
        let error = verdict(&request_of_length(length)).unwrap_err();
        assert_eq!(
            error.fault(),
            &Fault::AboveMaximum {
                found: length.into(),
                max: MAX as usize
            }
        );
        assert!(error.is_limit());
    }
    assert_eq!(
        verdict(&request_of_length(MAX)),
        Ok(Next::Wait {
            at_least: MAX as usize - 18
        })
    );
}

#[test]
fn an_error_names_its_place_in_the_stream() {
    let mut bytes = request(1, 1, b"hello");
    bytes.extend(request_of_length(3));
    assert_eq!(verdict(&bytes).unwrap_err().offset(), 18 + 5);
}

#[test]
fn an_id_of_all_ones_is_an_id() {
    let mut session = session(Direction::ClientToServer);
    let mut metadata = Metadata::default();
    session.receive(&request(u32::MAX, 1, b""));
    assert_eq!(
        session.next_message(&mut metadata),
        Ok(Next::Message { offset: 0 })
    );
    assert_eq!(metadata.request_id(), Some(u64::from(u32::MAX).into()));
}

#[test]
fn a_cut_message_waits_for_what_is_missing() {
    let whole = request(7, 100, b"hello, world");
    for cut in 1..whole.len() {
        let Ok(Next::Wait { at_least }) = verdict(&whole[..cut]) else {
            panic!("cut after {cut}")
        };
        if cut >= 13 {
            assert_eq!(at_least, whole.len() - cut, "cut after {cut}");
        } else {
            let to_length = 9_usize.saturating_sub(cut).max(1);
            assert!(
                (to_length..=whole.len() - cut).contains(&at_least),
                "cut after {cut}: {at_least}"
            );
        }
        if (9..13).contains(&cut) {
            assert_eq!(
                at_least,
                whole.len() - cut,
                "the length is there, cut after {cut}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn cutting_changes_nothing(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            // Lengths that are mostly right, so that several messages follow each other.
            proptest::collection::vec((any::<u32>(), any::<i16>(), proptest::collection::vec(any::<u8>(), 0..30)), 0..6)
                .prop_map(|messages| messages.iter().flat_map(|(id, cmd, body)| request(*id, *cmd, body)).collect()),
        ],
        flip in any::<(prop::sample::Index, u8)>(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        server in any::<bool>(),
    ) {
        let mut bytes = bytes;
        if !bytes.is_empty() {
            let at = flip.0.index(bytes.len());
            bytes[at] ^= flip.1;
        }
        let direction = if server { Direction::ServerToClient } else { Direction::ClientToServer };
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
        let whole = drive(Awesome.codec(), direction, [&bytes[..]]);
        for cut in [drive(Awesome.codec(), direction, pieces), drive(Awesome.codec(), direction, bytes.chunks(1))] {
            prop_assert_eq!(&whole, &cut);
        }
    }
}
