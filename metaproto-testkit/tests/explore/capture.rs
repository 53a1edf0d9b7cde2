//! Captures: what is there in order, and what is not.

use metaproto_codec::Direction;
use metaproto_testkit::dump::{Event, ExploreError, Gap, Input, Plan, Protocol, explore};

use crate::wire::{CALL, Sent, answered, call, capture, items, opened, plan, reported, sent};

fn input(segments: &[Sent]) -> Input {
    Input::Capture(capture(segments))
}

/// Three messages of 20 bytes.
fn three() -> [Vec<u8>; 3] {
    [1, 2, 3].map(|id| call(id, ["one", "two", "six"][usize::from(id) - 1], b"1234567"))
}

#[test]
fn both_directions_come_in_the_order_of_the_capture() {
    let [one, two, six] = three();
    let mut segments = opened().to_vec();
    segments.extend([
        sent(0, &[&one[..], &two[..5]].concat()),
        answered(0, &one),
        sent(25, &two[5..]),
        answered(20, &two),
        sent(40, &six),
    ]);
    let (items, status) = items(input(&segments));
    let expected = [
        "c2s one at 0",
        "s2c one at 0",
        "c2s two at 20",
        "s2c two at 20",
        "c2s six at 40",
        "c2s Clean",
        "s2c Clean",
    ];
    assert_eq!((items, status), (expected.map(String::from).to_vec(), 0));
}

#[test]
fn lost_segments_are_reported_and_the_next_message_is_found() {
    let [one, two, six] = three();
    let stream = [one, two, six].concat();
    // What is lost, and what becomes of it.
    let cases = [
        (0..20, 0, 0, vec!["c2s two at 20", "c2s six at 40"]),
        (20..40, 0, 0, vec!["c2s one at 0", "c2s six at 40"]),
        (35..40, 15, 0, vec!["c2s one at 0", "c2s six at 40"]),
        (30..36, 10, 4, vec!["c2s one at 0", "c2s six at 40"]),
    ];
    for (lost, before, behind, messages) in cases {
        let mut segments = opened().to_vec();
        segments.extend([
            sent(0, &stream[..lost.start]),
            sent(lost.end as u32, &stream[lost.end..]),
        ]);
        let (items, status) = items(input(&segments));
        let gap = Gap {
            offset: lost.start as u64,
            missing: lost.len() as u64,
            before,
            behind,
        };
        let (gaps, mut others): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.contains("Gap"));
        assert_eq!(
            (gaps, status),
            (vec![format!("c2s {gap:?}")], 6),
            "{lost:?}"
        );
        assert_eq!(others.split_off(messages.len()), ["c2s Clean", "s2c Clean"]);
        assert_eq!(others, messages, "{lost:?}");
    }
}

#[test]
fn what_is_lost_at_the_end_is_told_by_the_fin() {
    let [one, two, _] = three();
    let mut segments = opened().to_vec();
    let end = Sent {
        flags: "F",
        ..sent(40, b"")
    };
    segments.extend([sent(0, &[&one[..], &two[..9]].concat()), end]);
    let (items, status) = items(input(&segments));
    assert_eq!(status, 6);
    assert!(
        items[1].contains("offset: 29, missing: 11, before: 9"),
        "{items:?}"
    );
    assert_eq!(items[2], "c2s Clean");
}

#[test]
fn a_message_whose_end_lies_behind_the_capture_is_waited_for() {
    let long = call(1, "one", &[7; 100]);
    let mut segments = opened().to_vec();
    segments.extend([sent(0, &long[..20]), sent(40, &long[40..60])]);
    let (items, status) = items(input(&segments));
    assert_eq!(status, 6);
    assert!(items[0].contains("behind: 73"), "{items:?}");
    assert_eq!(items[1], "c2s Wait { buffered: 0, at_least: 53 }");
}

#[test]
fn of_two_versions_of_a_byte_the_earlier_stands() {
    let [one, two, _] = three();
    let mut other = one.clone();
    other[15] ^= 1;
    let mut segments = opened().to_vec();
    segments.extend([sent(0, &one), sent(0, &other), sent(20, &two)]);
    let (found, status) = items(input(&segments));
    assert_eq!(status, 6);
    assert_eq!(
        found[..3],
        [
            "c2s one at 0",
            "c2s packet 4 differs at 15",
            "c2s two at 20"
        ]
    );

    // So it is among segments that came before their time.
    let longer = [&other[..], &two].concat();
    let mut segments = opened().to_vec();
    segments.extend([sent(20, &one), sent(20, &longer), sent(0, &two)]);
    let (found, status) = items(input(&segments));
    assert_eq!(status, 6);
    assert_eq!(
        found[..4],
        [
            "c2s packet 4 differs at 35",
            "c2s two at 0",
            "c2s one at 20",
            "c2s two at 40"
        ]
    );
}

#[test]
fn a_capture_that_breaks_off_gives_what_it_holds() {
    let [one, two, _] = three();
    let mut segments = opened().to_vec();
    segments.extend([sent(0, &one), sent(20, &two)]);
    let mut bytes = capture(&segments);
    bytes.truncate(bytes.len() - 1);
    let (items, status) = items(Input::Capture(bytes));
    assert_eq!((items.len(), status), (4, 6));
    assert!(items[0].contains("broken after packet 3"), "{items:?}");
    assert_eq!(items[1..], ["c2s one at 0", "c2s Clean", "s2c Clean"]);
}

#[test]
fn ports_and_first_bytes_tell_the_protocol() {
    const OTHER: Protocol = Protocol::new("other", || CALL.subject()).on_ports(&[80, 81]);
    const NEVER: Protocol = CALL.known_by(|_| false);
    let [one, ..] = three();
    let mut segments = opened().to_vec();
    segments.push(sent(0, &one));
    let told = |protocols: &[Protocol], segments: &[Sent]| {
        let mut told = Vec::new();
        let result = explore(
            input(segments),
            plan(protocols),
            |event| {
                if let Event::Connection(peers) = event {
                    told.push(peers.protocol);
                }
                Ok(())
            },
            |_| {},
        );
        (told, result.is_ok())
    };
    assert_eq!(told(&[CALL, OTHER], &segments), (vec![Some("other")], true));
    assert_eq!(
        told(&[NEVER, OTHER], &segments),
        (vec![Some("other")], true)
    );
    assert_eq!(told(&[NEVER], &segments), (vec![None], false));
    // A port alone is not enough.
    segments[2].payload = b"GET / HTTP/1.1".to_vec();
    assert_eq!(told(&[CALL, OTHER], &segments), (vec![None], false));
    // And neither is what only might become a message, if nothing follows.
    segments[2].payload = one[..9].to_vec();
    assert_eq!(told(&[CALL, OTHER], &segments), (vec![None], false));
    let named = Plan {
        protocol: Some(&CALL),
        ..plan(&[])
    };
    assert_eq!(
        explore(input(&segments), named, |_| Ok(()), |_| {}).unwrap(),
        3
    );
}

#[test]
fn a_port_or_direction_can_be_singled_out() {
    let [one, two, _] = three();
    let mut segments = Vec::new();
    for (client, message) in [(40_000, &one), (40_001, &two)] {
        for mut segment in [sent(0, message), answered(0, message)] {
            let port = if segment.from == 80 {
                &mut segment.to
            } else {
                &mut segment.from
            };
            *port = client;
            segments.push(segment);
        }
    }
    let mut found = Vec::new();
    let only = Plan {
        port: Some(40_001),
        direction: Some(Direction::ServerToClient),
        ..plan(&[CALL])
    };
    let report = |event: Event<'_>| {
        found.push(match event {
            Event::Connection(peers) => format!("{} of {}", peers.number, peers.client),
            Event::Item(place, item) => format!("{} {}", place.direction, item.to_json()["kind"]),
            other => panic!("{other:?}"),
        });
        Ok(())
    };
    explore(input(&segments), only, report, |_| {}).unwrap();
    assert_eq!(
        found,
        ["2 of 10.0.0.1:40001", "s2c \"response\"", "s2c null"]
    );
}

#[test]
fn a_capture_of_nothing_known_is_an_error() {
    let mut segments = opened().to_vec();
    segments.push(sent(0, b"GET / HTTP/1.1"));
    let error = reported(input(&segments), |_| Ok(())).unwrap_err();
    assert!(matches!(
        error,
        ExploreError::NoConnection { connections: 1 }
    ));
    assert_eq!(items(input(&opened())), (Vec::new(), 0));
}
