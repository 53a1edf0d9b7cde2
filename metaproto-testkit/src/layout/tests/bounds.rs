//! Depth and counts.

use std::time::{Duration, Instant};

use metaproto_codec::schema::{Field, Item, Length, Number, NumberKind, Role, Schema, Shape, Unit};
use metaproto_codec::wire::{Order, Prefix};
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
    // The derive refuses to count parts without bytes; a schema from elsewhere may have them.
    const MAX: usize = u32::MAX as usize;
    static NOTHING: Schema = Schema {
        name: "Nothing",
        fields: &[],
    };
    const fn counted(name: &'static str, item: Item) -> Field {
        let prefix = Prefix::new(4, Order::Big, MAX);
        let (length, unit) = (Length::Prefix(prefix), Unit::Elements);
        Field::new(name, Shape::List { item, length, unit }).max(MAX)
    }
    const fn number(bytes: usize) -> Number {
        Number {
            kind: NumberKind::Unsigned,
            bytes,
            order: Order::Big,
        }
    }
    static FIELDS: [Field; 3] = [
        counted("nothings", Item::Part(&NOTHING)),
        counted("numbers", Item::Number(number(8))),
        Field::new("size", Shape::Number(number(1)))
            .roles(&[Role::BodyLen { offset: 0 }])
            .max(9),
    ];
    let many = Schema {
        name: "Many",
        fields: &FIELDS,
    };
    let started = Instant::now();
    let bytes = [0xFF; 8];
    let outcome = read(&many, Direction::ClientToServer, &bytes).outcome;
    let at_least = 8 * 0xFFFF_FFFF + 1;
    assert_eq!(outcome, Outcome::Truncated { at_least });
    assert!(started.elapsed() < Duration::from_secs(1));
}
