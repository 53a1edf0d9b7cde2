//! Any bytes give a typed end, and lines and a page that can be shown.

use std::io::Cursor;

use metaproto_testkit::dump::{ExploreError, Input, Page, Plan, Protocol, Style, Writer, explore};
use proptest::prelude::*;

use crate::wire::{CALL, answered, call, capture, opened, plan, sent};

/// Goes through `input` in every way. The exit status; `None` where it cannot be told.
fn ends(input: Input, chunk: usize, named: bool) -> Option<u8> {
    let protocols = [CALL];
    let plan = Plan {
        protocol: named.then_some(&CALL),
        chunk,
        ..plan(&protocols)
    };
    let mut page = Page::new("hostile");
    let mut text = Writer::new(Vec::new(), Style::TEXT.colours(true).full(true));
    let mut json = Writer::new(Vec::new(), Style::JSON);
    let result = explore(
        input,
        plan,
        |event| {
            page.event(&event);
            text.event(&event)?;
            json.event(&event)
        },
        |_| {},
    );
    assert!(page.finish().ends_with("</html>\n"));
    match result {
        Ok(status) => Some(status),
        Err(ExploreError::Io(error)) => panic!("nothing was read or written: {error}"),
        Err(_) => None,
    }
}

fn read(bytes: &[u8]) -> Input {
    Input::read(Box::new(Cursor::new(bytes.to_vec())), None, None).unwrap()
}

/// A capture with everything that can be in one.
fn sound() -> Vec<u8> {
    let message = call(1, "one", b"1234567");
    let mut segments = opened().to_vec();
    segments.extend([
        sent(20, &message),
        sent(0, &message),
        sent(0, &message),
        answered(0, &message[..9]),
        answered(9, &message[9..]),
        sent(60, &message),
    ]);
    capture(&segments)
}

#[test]
fn the_table_of_the_documentation() {
    let message = call(1, "one", b"1234567");
    let mut constant = message.clone();
    constant[0] = 0;
    let mut short = message.clone();
    short[7] = 3;
    let mut long = message.clone();
    long[4] = 0xFF;
    let mut broken = sound();
    broken.truncate(90);
    let cases: [(&[u8], Option<u8>); 10] = [
        (b"", Some(0)),
        (&message, Some(0)),
        (&message[..5], Some(3)),
        (&constant, Some(4)),
        (&short, Some(4)),
        (b"not a protocol at all", Some(4)),
        (&long, Some(5)),
        (&sound(), Some(6)),
        (&broken, Some(6)),
        (&sound()[..7], None),
    ];
    for (bytes, expected) in cases {
        let status = ends(read(bytes), 0, true);
        // A capture without a whole header holds no packet, and says so.
        let status = status.filter(|_| bytes.len() != 7);
        assert_eq!(status, expected, "{bytes:02x?}");
    }
    // Where there is a choice of protocols, and none fits.
    const OTHER: Protocol = Protocol::new("other", || CALL.subject());
    let result = explore(
        read(b"not a protocol at all"),
        plan(&[CALL, OTHER]),
        |_| Ok(()),
        |_| {},
    );
    assert!(matches!(result, Err(ExploreError::NoProtocol)));
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200), chunk in 0..9_usize) {
        let whole = ends(read(&bytes), 0, true);
        prop_assert!(whole.is_some_and(|status| [0, 3, 4, 5].contains(&status)), "{whole:?}");
        prop_assert_eq!(ends(read(&bytes), chunk, true), whole);
    }

    #[test]
    fn spoilt_messages_end(
        spoilt in prop::collection::vec((0..60_usize, any::<u8>()), 0..4),
        cut in 0..61_usize,
        chunk in 0..9_usize,
    ) {
        let mut bytes = call(1, "one", b"1234567").repeat(3);
        for (at, byte) in spoilt {
            bytes[at] = byte;
        }
        bytes.truncate(cut);
        let whole = ends(read(&bytes), 0, true);
        prop_assert!(whole.is_some_and(|status| [0, 3, 4, 5].contains(&status)), "{whole:?}");
        prop_assert_eq!(ends(read(&bytes), chunk, true), whole);
    }

    #[test]
    fn spoilt_captures_end(
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        named in any::<bool>(),
    ) {
        let mut bytes = sound();
        for (at, byte) in spoilt {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let status = ends(Input::Capture(bytes), 0, named);
        prop_assert!(status.is_none_or(|status| status <= 6));
    }
}
