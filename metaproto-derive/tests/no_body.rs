//! A message that is all header: its length leaves no room for more than its fields.

use bytes::Bytes;
use metaproto_codec::schema::Role;
use metaproto_codec::{Fault, Header, Output, Part};

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Whole {
    #[header(frame_len, no_body, max = 100)]
    length: u8,
    #[header(until = 0, max = 9)]
    name: String,
    #[header(optional)]
    port: Option<u16>,
    #[header(trailer, checksum = crc32)]
    sum: u32,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Fixed {
    #[header(rest_len, no_body, max = 100)]
    length: u8,
    value: u16,
}

#[test]
fn its_fields_fill_it() {
    for port in [None, Some(7)] {
        let whole = Whole {
            length: if port.is_some() { 10 } else { 8 },
            name: "ab".into(),
            port,
            sum: 0,
        };
        let frame = whole.to_frame(b"").unwrap();
        assert_eq!(frame.len(), whole.length.into());
        let read = Whole::read_frame(&frame).unwrap();
        assert_eq!(
            Whole {
                sum: 0,
                ..read.clone()
            },
            whole
        );
        assert_eq!(read.to_frame(b"").unwrap(), frame);
        for cut in 0..frame.len() {
            let error = Whole::read_frame(&frame[..cut]).unwrap_err();
            assert_eq!(error.fault().rule(), "truncated", "{cut}: {error}");
        }
    }
}

#[test]
fn what_they_leave_is_refused() {
    let error = Fixed::read_frame(b"\x03\0\x01!").unwrap_err();
    assert_eq!(*error.fault(), Fault::Excess { left: 1 });
    assert_eq!(
        Fixed::read_frame(b"\x02\0\x01").unwrap(),
        Fixed {
            length: 2,
            value: 1
        }
    );
    let error = Whole::read_frame(b"\x0B\0\0\x07!\0\0\0\0").unwrap_err();
    assert_eq!(*error.fault(), Fault::Excess { left: 3 });
    let error = Whole::read_frame(b"\x09\0\0\x07!\0\0\0\0").unwrap_err();
    assert_eq!(*error.fault(), Fault::Excess { left: 1 });
}

#[test]
fn a_body_cannot_be_written() {
    let fixed = Fixed {
        length: 0,
        value: 1,
    };
    let error = fixed.to_frame(b"!").unwrap_err();
    assert_eq!(*error.fault(), Fault::TooLarge { found: 1, max: 0 });
    assert_eq!(fixed.to_frame(b"").unwrap(), b"\x02\0\x01");
}

#[test]
fn the_schema_says_so() {
    let field = Fixed::SCHEMA.find(|role| *role == Role::NoBody).unwrap();
    assert_eq!(field.name, "length");
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Summed {
    #[header(frame_len, no_body, max = 100)]
    length: u8,
    has_mark: u8,
    has_sum: u8,
    #[header(rest, max = 90)]
    text: String,
    #[header(trailer, when = has_mark & has_sum != 0)]
    mark: Option<[u8; 2]>,
    #[header(trailer, when = has_sum != 0, checksum = crc16_arc)]
    sum: Option<u16>,
}

#[test]
fn what_takes_the_rest_leaves_the_trailers_that_flags_announce() {
    for (has_mark, has_sum) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let header = Summed {
            length: 0,
            has_mark,
            has_sum,
            text: "abc".into(),
            mark: (has_mark & has_sum != 0).then_some(*b"ok"),
            sum: (has_sum != 0).then_some(0),
        };
        let frame = header.to_frame(b"").unwrap();
        let read = Summed::read_frame(&frame).unwrap();
        assert_eq!((&*read.text, read.mark), ("abc", header.mark));
        let mut output = Output::new();
        let change = |header: &mut Summed| header.text = "abcd".into();
        Summed::splice(&Bytes::from(frame.clone()), change, &mut output).unwrap();
        let longer = Summed {
            text: "abcd".into(),
            ..header
        };
        assert_eq!(output.take_contiguous(), longer.to_frame(b"").unwrap());
    }
    let error = Summed::read_frame(b"\x04\x00\x01\0").unwrap_err();
    let past_end = Fault::PastEnd { needed: 2, left: 1 };
    assert_eq!(
        (error.fault(), error.field().to_string()),
        (&past_end, "sum".into())
    );
}
