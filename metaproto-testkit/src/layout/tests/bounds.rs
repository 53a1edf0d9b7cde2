//! Depth and counts.

use std::time::{Duration, Instant};

use metaproto_codec::{Direction, Header, Part};

use super::super::*;
use super::agreement::compare;

#[test]
fn depth_is_bounded_as_in_the_derived_codec() {
    macro_rules! nest {
        ($outer:ident, $inner:ident) => {
            #[derive(Header, Clone, Debug, PartialEq, Eq)]
            #[header(big_endian, part)]
            struct $outer {
                #[header(nested)]
                next: $inner,
            }
        };
    }
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian, part)]
    struct P1 {
        value: u8,
    }
    nest!(P2, P1);
    nest!(P3, P2);
    nest!(P4, P3);
    nest!(P5, P4);
    nest!(P6, P5);
    nest!(P7, P6);
    nest!(P8, P7);
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Deep {
        #[header(body_len, max = 9)]
        size: u8,
        #[header(nested)]
        seven: P7,
    }
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct TooDeep {
        #[header(body_len, max = 9)]
        size: u8,
        #[header(nested)]
        eight: P8,
    }
    compare::<Deep>(Direction::ClientToServer, &[0, 1]);
    compare::<TooDeep>(Direction::ClientToServer, &[0, 1]);
    let reading = read(&Deep::SCHEMA, Direction::ClientToServer, &[0, 1]);
    assert_eq!(
        reading.spans[1].path,
        "seven.next.next.next.next.next.next.value"
    );
    let reading = read(&TooDeep::SCHEMA, Direction::ClientToServer, &[0, 1]);
    assert!(matches!(
        reading.outcome,
        Outcome::Malformed {
            fault: FaultClass::Depth,
            ..
        }
    ));
}

#[test]
fn a_count_alone_makes_no_work() {
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian, part)]
    struct Nothing {}
    #[derive(Header, Clone, Debug, PartialEq, Eq)]
    #[header(big_endian)]
    struct Many {
        #[header(count = u32, max = u32::MAX as usize, nested)]
        nothings: Vec<Nothing>,
        #[header(count = u32, max = u32::MAX as usize)]
        numbers: Vec<u64>,
        #[header(body_len, max = 9)]
        size: u8,
    }
    let started = Instant::now();
    let bytes = [0xFF; 8];
    let outcome = read(&Many::SCHEMA, Direction::ClientToServer, &bytes).outcome;
    let at_least = 8 * 0xFFFF_FFFF + 1;
    assert_eq!(outcome, Outcome::Truncated { at_least });
    assert!(started.elapsed() < Duration::from_secs(1));
}
