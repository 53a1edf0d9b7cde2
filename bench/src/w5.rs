//! W5: change the id of a message with the header of W1 and 1 MiB of payload, and hand the result to a vectored write.
//!
//! The message is shared, so that its bytes must stay as they are, or exclusive, so that they may be changed.

mod binary_layout;
mod binrw;
mod deku;
mod hand;
mod ours;
mod zerocopy;

use std::cell::RefCell;
use std::hint::black_box;
use std::io::IoSlice;

use ::bytes::Bytes;

use crate::task::Task;
use crate::w1::LEN;

/// Bytes after the header.
const PAYLOAD: usize = 1 << 20;

/// Takes the pieces of the changed message.
type Write<'w> = &'w mut dyn FnMut(&[IoSlice<'_>]);

/// Gives the message another id and writes it; `false`, and nothing written, where it is none.
type Change = Box<dyn FnMut(u32, Write<'_>) -> bool>;

/// Takes in a message that others hold as well.
type Share = fn(&Bytes) -> Change;

/// Takes in a message that nobody else holds.
type Exclude = fn(Vec<u8>) -> Change;

const SHARED: &[(&str, Share)] = &[
    ("hand", hand::shared),
    ("ours patch", ours::patch_shared),
    ("ours encode", ours::shared),
    ("zerocopy", zerocopy::shared),
    ("binary-layout", binary_layout::shared),
    ("binrw, header alone", binrw::header),
    ("binrw", binrw::whole),
    ("deku, header alone", deku::header),
    ("deku", deku::whole),
];

const EXCLUSIVE: &[(&str, Exclude)] = &[
    ("hand", hand::exclusive),
    ("ours patch", ours::patch_exclusive),
    ("zerocopy", zerocopy::exclusive),
    ("binary-layout", binary_layout::exclusive),
];

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    vec![
        Task::new(
            "w5-shared",
            "change a field of a shared message of 1 MiB for a vectored write",
            |_| Box::new(idle),
            SHARED,
            |share| {
                let message = Bytes::from(message(PAYLOAD));
                let change = RefCell::new(share(&message));
                move |turns| repeat(&mut change.borrow_mut(), turns)
            },
        )
        .turns(1, 4),
        Task::new(
            "w5-exclusive",
            "change a field of an exclusive message of 1 MiB for a vectored write",
            |_| Box::new(idle),
            EXCLUSIVE,
            |exclude| {
                let message = message(PAYLOAD);
                let change = RefCell::new(exclude(message));
                move |turns| repeat(&mut change.borrow_mut(), turns)
            },
        )
        .turns(1, 4),
    ]
}

fn repeat(change: &mut Change, turns: u64) {
    for turn in 0..turns {
        black_box(change(black_box(turn as u32), &mut |pieces| {
            black_box(pieces);
        }));
    }
}

/// Does nothing but call.
fn idle(_: u32, write: Write<'_>) -> bool {
    write(&[]);
    true
}

/// A message with this many bytes of payload.
fn message(payload: usize) -> Vec<u8> {
    let mut message = b"\x01\x01\x02\x03\x04\0\0\0\0\xff\xfe\0\0".to_vec();
    message[5..9].copy_from_slice(&((LEN + payload) as u32).to_be_bytes());
    message.extend((0..payload).map(|index| index as u8));
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written, if the change succeeds.
    fn written(change: &mut Change, flow: u32) -> Option<Vec<u8>> {
        let mut out = None;
        let done = change(flow, &mut |pieces| {
            let pieces = pieces.iter().flat_map(|piece| piece.iter().copied());
            out = Some(pieces.collect());
        });
        assert_eq!(done, out.is_some());
        out
    }

    fn expected(flow: u32) -> Vec<u8> {
        let mut message = message(300);
        message[1..5].copy_from_slice(&flow.to_be_bytes());
        message
    }

    #[test]
    fn all_change_the_id_and_nothing_else() {
        for (name, share) in SHARED {
            let shared = Bytes::from(message(300));
            let mut change = share(&shared);
            for flow in [7, 0xFFFF_FFFE] {
                let found = written(&mut change, flow);
                assert!(found == Some(expected(flow)), "{name}");
                assert!(shared == message(300), "{name} wrote to shared bytes");
            }
        }
        for (name, exclude) in EXCLUSIVE {
            let mut change = exclude(message(300));
            for flow in [7, 0xFFFF_FFFE] {
                let found = written(&mut change, flow);
                assert!(found == Some(expected(flow)), "{name}");
            }
        }
    }

    #[test]
    fn all_refuse_what_is_shorter_than_the_header() {
        for length in 0..LEN {
            let short = &message(300)[..length];
            for (name, share) in SHARED {
                let mut change = share(&Bytes::copy_from_slice(short));
                assert!(written(&mut change, 7).is_none(), "{name}: {length}");
            }
            for (name, exclude) in EXCLUSIVE {
                let mut change = exclude(short.to_vec());
                assert!(written(&mut change, 7).is_none(), "{name}: {length}");
            }
        }
    }
}
