//! However a stream is cut and handed over, the same messages and errors are found, with a session and without.

use std::iter;

use bytes::Bytes;
use metaproto_codec::{
    CodecError, Direction, Frames, Header, HeaderCodec, Limits, Metadata, Next, OwnedHeader,
    Session,
};

/// All of fixed width, and nothing can be wrong but the length.
#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Plain {
    #[header(request_id)]
    id: u16,
    #[header(rest_len, max = 600)]
    rest: u16,
    cmd: i16,
}

/// Each byte can be wrong.
#[derive(Header, Clone, Debug)]
#[header(little_endian)]
struct Strict {
    #[header(constant = 0xCAFE)]
    magic: u16,
    #[header(message_type(request = 1, oneway = 2))]
    kind: u8,
    flag: bool,
    #[header(body_len, max = 600)]
    body: u32,
}

/// Of no fixed width.
#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Named {
    #[header(len = u8, max = 40)]
    name: String,
    #[header(body_len, max = 600)]
    body: u16,
    #[header(trailer, checksum = crc32c)]
    sum: u32,
}

/// What was found: messages with their offsets, and the error, if it ended with one.
#[derive(Debug, Default, PartialEq)]
struct Found {
    messages: Vec<(u64, Vec<u8>)>,
    error: Option<CodecError>,
    /// Bytes that had arrived when the error was found, or that were left over.
    when: usize,
}

fn in_place<H: OwnedHeader>(chunks: &[&[u8]], limits: Limits) -> Found {
    let mut frames = Frames::<H>::new(limits);
    let mut found = Found::default();
    for chunk in chunks {
        found.when += chunk.len();
        let mut offset = frames.offset();
        let pushed = frames.push(chunk, |frame| {
            assert_eq!(frame.bytes.len(), frame.sizes.frame());
            found.messages.push((offset, frame.bytes.to_vec()));
            offset += frame.bytes.len() as u64;
        });
        assert_eq!(frames.offset(), offset);
        if let Err(error) = pushed {
            let again = frames.push(chunk, |_| panic!("a poisoned framer finds nothing"));
            assert_eq!(again.as_ref(), Err(&error));
            assert_eq!(frames.push(&[], |_| ()).as_ref(), Err(&error));
            assert_eq!(frames.finish().as_ref(), Err(&error));
            found.error = Some(error);
            return found;
        }
    }
    let taken: usize = found.messages.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(frames.buffered(), found.when - taken);
    found.error = frames.finish().err();
    found
}

/// How a host hands bytes over.
#[derive(Clone, Copy, Debug)]
enum Way {
    Copied,
    Shared,
    Read,
    /// One after the other, and one message is taken off after each, all at the end.
    Mixed,
}

fn hand_over<H: OwnedHeader>(
    session: &mut Session<HeaderCodec<H>>,
    chunk: &[u8],
    way: Way,
    turn: usize,
) {
    match (way, turn % 3) {
        (Way::Copied, _) | (Way::Mixed, 0) => session.receive(chunk),
        (Way::Shared, _) | (Way::Mixed, 1) => session.receive_shared(Bytes::copy_from_slice(chunk)),
        (Way::Read, _) | (Way::Mixed, _) => session.read_buffer().extend_from_slice(chunk),
    }
}

fn through_session<H: OwnedHeader>(chunks: &[&[u8]], limits: Limits, way: Way) -> Found {
    let mut session = Session::new(HeaderCodec::<H>::new(), Direction::ClientToServer, limits);
    let mut metadata = Metadata::default();
    let mut found = Found::default();
    // Messages that are kept must stay what they are.
    let mut kept = Vec::new();
    let turns = chunks.iter().map(Some).chain(iter::once(None)).enumerate();
    for (turn, chunk) in turns {
        let most = match (way, chunk) {
            (Way::Mixed, Some(_)) => 1,
            _ => usize::MAX,
        };
        if let Some(chunk) = chunk {
            found.when += chunk.len();
            hand_over(&mut session, chunk, way, turn);
        }
        for _ in 0..most {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { offset }) => {
                    kept.push(metadata.share_frame());
                    found.messages.push((offset, metadata.frame().to_vec()));
                }
                Ok(Next::Wait { at_least }) => {
                    assert!(at_least > 0 && metadata.frame().is_empty());
                    break;
                }
                Err(error) => {
                    assert_eq!(session.next_message(&mut metadata).as_ref(), Err(&error));
                    assert_eq!(session.finish().as_ref(), Err(&error));
                    found.error = Some(error);
                    return found;
                }
            }
        }
    }
    let taken: usize = kept.iter().map(Bytes::len).sum();
    assert_eq!(session.buffered(), found.when - taken);
    assert!(
        kept.iter()
            .zip(&found.messages)
            .all(|(kept, (_, found))| kept == found)
    );
    found.error = session.finish().err();
    found
}

/// All ways find the same in `stream`, however it is cut.
fn check<H: OwnedHeader>(stream: &[u8], max_frame: usize) {
    let limits = Limits { max_frame };
    let whole = through_session::<H>(&[stream], limits, Way::Copied);
    for size in (1..20).chain([63, 64, 255, 256, 257, 400, stream.len().max(1)]) {
        let chunks: Vec<&[u8]> = stream.chunks(size).collect();
        let expected = through_session::<H>(&chunks, limits, Way::Copied);
        assert_eq!(expected.messages, whole.messages, "{size}");
        assert_eq!(expected.error, whole.error, "{size}");
        let mut placed = in_place::<H>(&chunks, limits);
        if !H::SCHEMA.fields.iter().all(|field| field.bits().is_some()) {
            // A session may look at more bytes at a time, and so see earlier that what varies in length is too long.
            assert!(placed.when >= expected.when);
            placed.when = expected.when;
        }
        assert_eq!(placed, expected, "in place, {size}");
        for way in [Way::Shared, Way::Read] {
            assert_eq!(
                through_session::<H>(&chunks, limits, way),
                expected,
                "{way:?}, {size}"
            );
        }
        let mixed = through_session::<H>(&chunks, limits, Way::Mixed);
        assert_eq!(mixed.messages, whole.messages, "mixed, {size}");
        assert_eq!(mixed.error, whole.error, "mixed, {size}");
    }
}

/// Messages with bodies of these sizes.
fn stream<H: Header>(header: &H, bodies: &[usize]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (number, size) in bodies.iter().enumerate() {
        header
            .append_to(&vec![number as u8; *size], &mut stream)
            .unwrap();
    }
    stream
}

const BODIES: [usize; 9] = [0, 5, 0, 300, 1, 270, 0, 40, 31];

fn check_all<H: OwnedHeader>(header: &H) {
    let good = stream(header, &BODIES);
    check::<H>(&good, usize::MAX);
    for length in [1, good.len() / 2, good.len() - 1] {
        check::<H>(&good[..length], usize::MAX);
    }
    for max_frame in [3, 20, 290, 310] {
        check::<H>(&good, max_frame);
    }
    // Spoiled in the first message, in one in the middle, and in what follows the last.
    let start = stream(header, &BODIES[..4]).len();
    for message in [0, start, good.len()] {
        for byte in 0..12 {
            let mut bad = good.clone();
            bad.extend_from_slice(&good[..12]);
            bad[message + byte] = 0xFF;
            check::<H>(&bad, usize::MAX);
        }
    }
}

#[test]
fn plain_headers() {
    check_all(&Plain {
        id: 7,
        rest: 0,
        cmd: -1,
    });
}

#[test]
fn strict_headers() {
    check_all(&Strict {
        magic: 0xCAFE,
        kind: 2,
        flag: true,
        body: 0,
    });
}

#[test]
fn headers_of_no_fixed_width() {
    check_all(&Named {
        name: "name".into(),
        body: 0,
        sum: 0,
    });
}

#[test]
fn what_is_shared_is_not_copied() {
    let header = Plain {
        id: 7,
        rest: 0,
        cmd: -1,
    };
    let bytes = Bytes::from(stream(&header, &[200, 100, 300]));
    let (first, rest) = (bytes.slice(..306), bytes.slice(306..));
    let mut session = Session::new(
        HeaderCodec::<Plain>::new(),
        Direction::ClientToServer,
        Limits::default(),
    );
    let mut metadata = Metadata::default();
    for chunk in [first, rest] {
        session.receive_shared(chunk);
        while let Next::Message { offset } = session.next_message(&mut metadata).unwrap() {
            let place = bytes.as_ptr().wrapping_add(offset as usize);
            let straddles = offset == 206;
            assert_eq!(metadata.frame().as_ptr() == place, !straddles, "{offset}");
        }
    }
    assert_eq!(session.buffered(), 0);
}

#[test]
fn a_chunk_is_let_go_when_nothing_of_it_is_left() {
    let header = Plain {
        id: 7,
        rest: 0,
        cmd: -1,
    };
    let bytes = Bytes::from(stream(&header, &[200, 100, 300]));
    let mut session = Session::new(
        HeaderCodec::<Plain>::new(),
        Direction::ClientToServer,
        Limits::default(),
    );
    let mut metadata = Metadata::default();
    session.receive_shared(bytes.clone());
    let mut kept = None;
    while let Next::Message { offset } = session.next_message(&mut metadata).unwrap() {
        if offset == 206 {
            kept = Some(metadata.clone());
        }
    }
    // What was kept does not move on with the messages behind it.
    let kept = kept.unwrap();
    assert_eq!(kept.frame(), &bytes[206..312]);
    assert_eq!(kept.share_body().as_ptr(), bytes[212..].as_ptr());
    assert!(!bytes.is_unique());
    drop(kept);
    assert!(bytes.is_unique());
}
