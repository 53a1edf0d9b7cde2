//! Importing raw streams and captures: one recorded on a loopback interface, and others made here.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use etherparse::PacketBuilder;
use metaproto_codec::{Direction, MessageType, RequestId, ResponseStatus};
use metaproto_testkit::vector::import::{
    DirectoryError, ImportError, MAX_CONNECTIONS, directory, pcap, pending, raw,
};
use metaproto_testkit::vector::{Expect, VectorFile, replay};
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::{DataLink, Endianness};
use proptest::prelude::*;

use crate::shop::{message, shop};

/// A Python client and server on the loopback interface, captured by dumpcap, and converted by editcap.
const CAPTURES: [&[u8]; 2] = [
    include_bytes!("../data/shop.pcapng"),
    include_bytes!("../data/shop.pcap"),
];

#[test]
fn a_real_capture_gives_both_directions() {
    for capture in CAPTURES {
        let files = pcap(capture, shop).unwrap();
        let [file] = files.as_slice() else {
            panic!("one connection, not {}", files.len())
        };
        let origin = file.origin.as_deref().unwrap();
        assert!(
            origin.starts_with("capture of 127.0.0.1:") && origin.ends_with(" > 127.0.0.1:9977"),
            "{origin}"
        );
        let [c2s, s2c] = file.vectors.as_slice() else {
            panic!("two vectors")
        };
        assert_eq!(
            (c2s.direction, s2c.direction),
            (Direction::ClientToServer, Direction::ServerToClient)
        );
        assert_eq!(
            c2s.chunks,
            [9, 18],
            "the first message came in two pieces, the others at once"
        );
        assert_eq!(c2s.blocks[0].bytes, message(7, b"hello"));
        let facts: Vec<_> = c2s
            .blocks
            .iter()
            .chain(&s2c.blocks)
            .map(|block| match &block.expect {
                Expect::Facts(facts) => (
                    facts.kind,
                    facts.request_id.clone(),
                    facts.get("cmd").unwrap().to_owned(),
                    facts.status,
                ),
                other => panic!("facts, not {other:?}"),
            })
            .collect();
        let row = |kind, id, cmd: &str, status| {
            (kind, Some(RequestId::Number(id)), cmd.to_owned(), status)
        };
        let (ok, error) = (Some(ResponseStatus::Ok), Some(ResponseStatus::Error));
        assert_eq!(
            facts,
            [
                row(MessageType::Request, 7, "5", None),
                row(MessageType::Request, 8, "-5", None),
                row(MessageType::Request, 9, "5", None),
                row(MessageType::Response, 7, "5", ok),
                row(MessageType::Response, 8, "-5", ok),
                row(MessageType::Error, 9, "5", error),
            ]
        );
        let read = VectorFile::parse(&file.to_string()).unwrap();
        assert_eq!(read, *file);
        for vector in &read.vectors {
            replay(vector, shop).unwrap();
        }
    }
}

#[test]
fn raw_streams_may_be_empty() {
    let file = raw(b"", &message(7, b"hello"), shop);
    let [s2c] = file.vectors.as_slice() else {
        panic!("one vector")
    };
    assert_eq!(
        (s2c.name.as_str(), s2c.blocks.len(), s2c.chunks.len()),
        ("s2c", 1, 0)
    );
}

const CLIENT: u16 = 40_000;
const SERVER: u16 = 80;

/// A segment to be captured.
#[derive(Clone)]
struct Sent<'a> {
    from: u16,
    to: u16,
    sequence: u32,
    flags: &'a str,
    acknowledged: u32,
    payload: &'a [u8],
}

/// From the client: flags are letters of `SFRA`.
fn sent<'a>(flags: &'a str, sequence: u32, payload: &'a [u8]) -> Sent<'a> {
    Sent {
        from: CLIENT,
        to: SERVER,
        sequence,
        flags,
        acknowledged: 0,
        payload,
    }
}

fn answered<'a>(flags: &'a str, sequence: u32, payload: &'a [u8]) -> Sent<'a> {
    Sent {
        from: SERVER,
        to: CLIENT,
        ..sent(flags, sequence, payload)
    }
}

fn acknowledging(segment: Sent<'_>, acknowledged: u32) -> Sent<'_> {
    Sent {
        acknowledged,
        flags: "A",
        ..segment
    }
}

fn capture(segments: &[Sent<'_>]) -> Vec<u8> {
    let header = PcapHeader {
        datalink: DataLink::RAW,
        endianness: Endianness::Big,
        ..PcapHeader::default()
    };
    let mut writer = PcapWriter::with_header(Vec::new(), header).unwrap();
    for segment in segments {
        let data = packet(segment);
        let length = u32::try_from(data.len()).unwrap();
        writer
            .write_packet(&PcapPacket::new(Duration::ZERO, length, &data))
            .unwrap();
    }
    writer.into_writer()
}

fn packet(segment: &Sent<'_>) -> Vec<u8> {
    let (source, destination) = if segment.from == SERVER {
        (2, 1)
    } else {
        (1, 2)
    };
    let mut builder = PacketBuilder::ipv4([10, 0, 0, source], [10, 0, 0, destination], 64).tcp(
        segment.from,
        segment.to,
        segment.sequence,
        100,
    );
    for flag in segment.flags.chars() {
        builder = match flag {
            'S' => builder.syn(),
            'F' => builder.fin(),
            'R' => builder.rst(),
            'A' => builder.ack(segment.acknowledged),
            other => panic!("no flag {other}"),
        };
    }
    let mut data = Vec::new();
    builder.write(&mut data, segment.payload).unwrap();
    data
}

/// Both streams of a capture of one connection, and the chunks of the first.
fn streams(segments: &[Sent<'_>]) -> (Vec<u8>, Vec<u8>, Vec<usize>) {
    let files = pcap(&capture(segments), shop).unwrap();
    assert_eq!(files.len(), 1);
    let of = |direction| {
        let vector = files[0]
            .vectors
            .iter()
            .find(|vector| vector.direction == direction);
        vector
            .map(|vector| (vector.stream(), vector.chunks.clone()))
            .unwrap_or_default()
    };
    let (c2s, chunks) = of(Direction::ClientToServer);
    (c2s, of(Direction::ServerToClient).0, chunks)
}

#[test]
fn segments_late_again_and_overlapping_are_put_in_place() {
    let stream = [message(7, b"hello"), message(8, b"second")].concat();
    let end = u32::try_from(stream.len()).unwrap();
    // The numbers wrap around within the stream.
    let isn = u32::MAX - 20;
    let at = |start: usize, end: usize| {
        sent("A", isn.wrapping_add(1 + start as u32), &stream[start..end])
    };
    let segments = [
        sent("S", isn, b""),
        answered("SA", 500, b""),
        sent("S", isn, b""), // again
        at(0, 10),
        at(20, 30),                             // early
        at(25, 40),                             // early, overlaps
        at(20, 24),                             // early, again but shorter
        at(5, 15),                              // overlaps what is known
        at(0, 10),                              // again
        sent("A", isn.wrapping_add(10), b"\0"), // a probe, of another value
        at(12, 22),                             // fills the gap
        answered("A", 501, &stream[..9]),
        at(38, stream.len()),
        answered("FA", 510, b""),
        sent("F", isn.wrapping_add(1 + end), b""),
        sent("RA", 77, b""), // numbers of a reset need not make sense
    ];
    let (c2s, s2c, chunks) = streams(&segments);
    assert_eq!(c2s, stream);
    assert_eq!(s2c, &stream[..9]);
    assert_eq!(
        chunks,
        [10, 5, 7, 8, 10],
        "the chunks are what each segment added"
    );
}

#[test]
fn a_capture_may_start_late() {
    let stream = message(7, b"hello");
    // The server speaks first, and the client's first segment comes late.
    let segments = [
        answered("A", 900, &stream),
        sent("A", 1010, &stream[10..]),
        sent("A", 1000, &stream[..10]),
    ];
    let (c2s, s2c, chunks) = streams(&segments);
    assert_eq!((c2s, s2c), (stream.clone(), stream));
    assert_eq!(chunks, [10]);
}

#[test]
fn a_syn_tells_the_client_whatever_the_ports() {
    let client = |flags| Sent {
        from: SERVER,
        to: CLIENT,
        ..sent(flags, 1, b"")
    };
    let data = message(7, b"");
    let bytes = Sent {
        from: SERVER,
        to: CLIENT,
        ..sent("A", 2, &data)
    };
    let by_syn = pcap(&capture(&[client("S"), bytes.clone()]), shop).unwrap();
    let by_answer = pcap(&capture(&[sent("SA", 5, b""), bytes]), shop).unwrap();
    for files in [by_syn, by_answer] {
        assert_eq!(
            files[0].origin.as_deref(),
            Some("capture of 10.0.0.2:80 > 10.0.0.1:40000")
        );
        assert_eq!(files[0].vectors[0].direction, Direction::ClientToServer);
    }
}

#[test]
fn each_connection_is_a_file() {
    let [first, second, third] = [message(1, b""), message(2, b""), message(3, b"")];
    let other = |segment: Sent<'static>| Sent {
        from: CLIENT + 1,
        ..segment
    };
    let silent = |segment: Sent<'static>| Sent {
        from: CLIENT + 2,
        ..segment
    };
    let segments = [
        sent("S", 10, b""),
        other(sent("S", 10, b"")),
        silent(sent("S", 10, b"")),
        sent("A", 11, &first),
        Sent {
            from: CLIENT + 1,
            ..sent("A", 11, &second)
        },
        sent("FA", 11 + 12 + 10, b""),
        sent("S", 99, b""), // the same ports again
        sent("A", 100, &third),
    ];
    let files = pcap(&capture(&segments), shop).unwrap();
    let ids: Vec<_> = files
        .iter()
        .map(|file| file.vectors[0].stream()[3])
        .collect();
    assert_eq!(ids, [1, 2, 3]);
}

#[test]
fn missing_bytes_are_an_error_that_says_where() {
    let data = message(7, b"hello");
    let missing = |segments: &[Sent<'_>]| pcap(&capture(segments), shop).unwrap_err();
    let gap = missing(&[
        sent("S", 0, b""),
        sent("A", 1, &data[..10]),
        sent("A", 15, &data[14..]),
    ]);
    assert_eq!(
        gap.to_string(),
        "connection 10.0.0.1:40000 > 10.0.0.2:80, c2s: 4 bytes at offset 10 of the stream were not captured"
    );
    let before_end = missing(&[
        sent("S", 0, b""),
        sent("A", 1, &data[..10]),
        sent("FA", 21, b""),
    ]);
    assert!(
        matches!(
            before_end,
            ImportError::Missing {
                offset: 10,
                missing: 10,
                ..
            }
        ),
        "{before_end}"
    );
    let at_start = missing(&[sent("S", 0, b""), sent("A", 3, &data)]);
    assert!(
        matches!(
            at_start,
            ImportError::Missing {
                offset: 0,
                missing: 2,
                ..
            }
        ),
        "{at_start}"
    );
    let acknowledged = missing(&[
        sent("S", 0, b""),
        sent("A", 1, &data),
        acknowledging(answered("A", 0, b""), 60),
    ]);
    assert!(
        matches!(
            acknowledged,
            ImportError::Missing {
                direction: Direction::ClientToServer,
                offset: 27,
                ..
            }
        ),
        "{acknowledged}"
    );
    // The end that nobody captured is not a missing byte.
    let end = [
        sent("S", 0, b""),
        sent("A", 1, &data),
        acknowledging(answered("A", 0, b""), 29),
    ];
    assert_eq!(streams(&end).0, data);
}

#[test]
fn two_versions_of_a_byte_are_an_error() {
    let data = message(7, b"hello");
    let mut forged = data.clone();
    forged[12] ^= 1;
    let known = [
        sent("S", 0, b""),
        sent("A", 1, &data),
        sent("A", 11, &forged[10..]),
    ];
    let early = [
        sent("S", 0, b""),
        sent("A", 11, &data[10..]),
        sent("A", 11, &forged[10..]),
        sent("A", 1, &data[..10]),
    ];
    for segments in [&known[..], &early[..]] {
        let error = pcap(&capture(segments), shop).unwrap_err();
        assert!(
            matches!(
                error,
                ImportError::Conflict {
                    offset: 12,
                    packet: 3,
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let whole = capture(&[sent("S", 0, b""), sent("A", 1, &message(7, b"hello"))]);
    let error = |bytes: &[u8]| pcap(bytes, shop).unwrap_err();
    assert_eq!(error(b""), ImportError::NoCapture);
    assert_eq!(error(b"GET / HTTP/1.1"), ImportError::NoCapture);
    assert!(matches!(
        error(&whole[..20]),
        ImportError::Broken { packet: 0, .. }
    ));
    assert!(matches!(
        error(&whole[..whole.len() - 1]),
        ImportError::Broken { packet: 1, .. }
    ));
    let mut other_link = whole.clone();
    other_link[23] = 147;
    assert_eq!(
        error(&other_link),
        ImportError::LinkType {
            packet: 1,
            link: 147
        }
    );
    let mut wrong_header = whole.clone();
    wrong_header[24 + 16 + 20 + 12] = 0;
    assert_eq!(error(&wrong_header), ImportError::Header { packet: 1 });
    let ng = CAPTURES[0];
    assert!(matches!(
        error(&ng[..ng.len() - 4]),
        ImportError::Broken { .. }
    ));
    assert!(pcap(&capture(&[]), shop).unwrap().is_empty());
}

#[test]
fn a_snapshot_length_is_told() {
    let segment = sent("A", 1, b"a payload");
    let data = packet(&segment);
    let mut writer = PcapWriter::with_header(
        Vec::new(),
        PcapHeader {
            datalink: DataLink::RAW,
            ..PcapHeader::default()
        },
    )
    .unwrap();
    let length = u32::try_from(data.len()).unwrap();
    writer
        .write_packet(&PcapPacket::new(Duration::ZERO, length, &data[..44]))
        .unwrap();
    assert_eq!(
        pcap(&writer.into_writer(), shop).unwrap_err(),
        ImportError::CutShort { packet: 1 }
    );
}

#[test]
fn connections_are_limited() {
    let segments: Vec<_> = (0..=MAX_CONNECTIONS)
        .map(|nth| Sent {
            from: 10_000 + u16::try_from(nth).unwrap(),
            ..sent("S", 1, b"")
        })
        .collect();
    let error = pcap(&capture(&segments), shop).unwrap_err();
    let packet = MAX_CONNECTIONS + 1;
    assert_eq!(
        error,
        ImportError::TooManyConnections {
            packet,
            max: MAX_CONNECTIONS
        }
    );
}

proptest! {
    #[test]
    fn no_capture_is_too_strange(
        which in 0..CAPTURES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = CAPTURES[which].to_vec();
        for (at, value) in changes {
            *at.get_mut(&mut bytes) = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(files) = pcap(&bytes, shop) {
            for file in files {
                let read = VectorFile::parse(&file.to_string());
                prop_assert_eq!(read.as_ref(), Ok(&file));
                for vector in &file.vectors {
                    prop_assert!(replay(vector, shop).is_ok());
                }
            }
        }
    }

    #[test]
    fn any_order_of_the_segments_gives_the_stream(order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(), isn in any::<u32>()) {
        let stream: Vec<u8> = (0..80).collect();
        let mut segments = vec![sent("S", isn, b"")];
        // Each overlaps the next by up to five bytes.
        segments.extend(order.iter().map(|nth| {
            let start = nth * 10;
            let end = (start + 10 + nth % 6).min(80);
            sent("A", isn.wrapping_add(1 + start as u32), &stream[start..end])
        }));
        prop_assert_eq!(streams(&segments).0, stream);
    }
}

/// A directory that is gone at the end of the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mpv-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn names(&self, paths: &[PathBuf]) -> Vec<String> {
        let names = paths
            .iter()
            .map(|path| path.strip_prefix(&self.0).unwrap().display().to_string());
        names.collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_directory_is_imported_once() {
    let cases = Directory::new("once");
    cases.write("both/c2s.bin", &message(7, b"hello"));
    cases.write("both/s2c.bin", &message(7, b""));
    cases.write("answer/s2c.bin", &message(8, b""));
    cases.write("shop.pcapng", CAPTURES[0]);
    let two = [
        sent("S", 1, b""),
        sent("A", 2, b"one"),
        sent("S", 50, b""),
        sent("A", 51, b"two"),
    ];
    cases.write("two.v1.pcap", &capture(&two));
    cases.write("done.pcap", b"broken, but nobody looks");
    cases.write("done.mpv", b"mpv 1\n");
    cases.write("other/notes.txt", b"no recording");
    let waiting = ["answer", "both", "shop.pcapng", "two.v1.pcap"];
    assert_eq!(cases.names(&pending(&cases.0).unwrap()), waiting);
    let written = directory(&cases.0, shop).unwrap();
    assert_eq!(
        cases.names(&written),
        [
            "answer.mpv",
            "both.mpv",
            "shop.mpv",
            "two.v1.mpv",
            "two.v1-2.mpv"
        ]
    );
    let both = VectorFile::read(cases.0.join("both.mpv")).unwrap();
    assert_eq!(both.vectors.len(), 2);
    let second = VectorFile::read(cases.0.join("two.v1-2.mpv")).unwrap();
    assert_eq!(second.vectors[0].stream(), b"two");
    assert!(pending(&cases.0).unwrap().is_empty());
    assert!(directory(&cases.0, shop).unwrap().is_empty());
}

#[test]
fn what_a_directory_cannot_give_is_named() {
    let cases = Directory::new("named");
    assert!(matches!(
        directory(&cases.0.join("none"), shop),
        Err(DirectoryError::Io { .. })
    ));
    cases.write("empty/c2s.bin", b"");
    assert!(
        matches!(directory(&cases.0, shop), Err(DirectoryError::Empty { path }) if path.ends_with("empty"))
    );
    fs::remove_dir_all(cases.0.join("empty")).unwrap();
    cases.write("bad.pcap", b"no capture");
    let error = directory(&cases.0, shop).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("bad.pcap: neither pcap nor pcapng"),
        "{error}"
    );
    cases.write("bad.pcapng", b"no capture");
    assert!(matches!(
        pending(&cases.0),
        Err(DirectoryError::SameName { .. })
    ));
    fs::remove_file(cases.0.join("bad.pcapng")).unwrap();
    cases.write("large/c2s.bin", &vec![0; 1 + (64 << 20)]);
    fs::remove_file(cases.0.join("bad.pcap")).unwrap();
    let large = directory(&cases.0, shop);
    assert!(matches!(
        large,
        Err(DirectoryError::TooLarge {
            bytes: 67_108_865,
            ..
        })
    ));
    fs::remove_dir_all(cases.0.join("large")).unwrap();
    // A later connection must not overwrite what is there.
    let two = [
        sent("S", 1, b""),
        sent("A", 2, b"one"),
        sent("S", 50, b""),
        sent("A", 51, b"two"),
    ];
    cases.write("bad.pcap", &capture(&two));
    cases.write("bad-2.mpv", b"mine");
    assert!(matches!(
        directory(&cases.0, shop),
        Err(DirectoryError::Io { .. })
    ));
    assert_eq!(fs::read(cases.0.join("bad-2.mpv")).unwrap(), b"mine");
    assert!(!cases.0.join("bad.mpv").exists());
}
