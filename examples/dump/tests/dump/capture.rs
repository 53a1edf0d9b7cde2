//! Recordings of every protocol, put into one capture.

use std::fs;
use std::path::Path;
use std::time::Duration;

use etherparse::PacketBuilder;
use metaproto_codec::Direction;
use pcap_file::DataLink;
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use recorded::cases;
use serde_json::Value;

use crate::{DIRECTIONS, RECORDINGS, dump, file};

/// Bytes in a segment.
const SEGMENT: usize = 1000;

/// A connection from `client` that carried two streams, in segments of raw IP.
fn add(writer: &mut PcapWriter<Vec<u8>>, client: u16, streams: &[(Direction, Vec<u8>)]) {
    let mut packet = |direction, at: usize, is_first, payload: &[u8]| {
        let to_server = direction == Direction::ClientToServer;
        let (hosts, ports) = if to_server {
            ([1, 2], (client, 8000))
        } else {
            ([2, 1], (8000, client))
        };
        let [from, to] = hosts.map(|host| [10, 0, 0, host]);
        let tcp = PacketBuilder::ipv4(from, to, 64);
        let mut tcp = tcp.tcp(ports.0, ports.1, u32::try_from(at).unwrap(), 100);
        if is_first {
            tcp = tcp.syn();
        }
        if is_first && !to_server {
            tcp = tcp.ack(100);
        }
        let mut data = Vec::new();
        tcp.write(&mut data, payload).unwrap();
        let length = u32::try_from(data.len()).unwrap();
        let packet = PcapPacket::new(Duration::ZERO, length, &data);
        writer.write_packet(&packet).unwrap();
    };
    for (direction, _) in streams {
        packet(*direction, 99, true, b"");
    }
    for (direction, stream) in streams {
        for (index, payload) in stream.chunks(SEGMENT).enumerate() {
            packet(*direction, 100 + index * SEGMENT, false, payload);
        }
    }
}

#[test]
fn a_capture_of_all_protocols_gives_what_each_stream_gives() {
    let header = PcapHeader {
        datalink: DataLink::RAW,
        ..PcapHeader::default()
    };
    let mut writer = PcapWriter::with_header(Vec::new(), header).unwrap();
    let mut expected = Vec::new();
    let mut connection = 0;
    for (protocol, directory) in RECORDINGS {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        // Some of each, for every stream is a process.
        for case in cases(&directory).iter().take(4) {
            let path =
                |direction: Direction| directory.join(&case.name).join(format!("{direction}.bin"));
            let streams =
                DIRECTIONS.map(|direction| (direction, fs::read(path(direction)).unwrap()));
            // Who speaks first is not always the client.
            if streams.iter().any(|(_, stream)| stream.is_empty()) {
                continue;
            }
            connection += 1;
            add(&mut writer, 40_000 + connection, &streams);
            for direction in DIRECTIONS {
                let path = path(direction);
                let flags = ["--protocol", protocol, "--direction", direction.as_str()];
                let (lines, _, _) = dump(&[&flags[..], &[path.to_str().unwrap()]].concat());
                expected.extend(
                    lines
                        .into_iter()
                        .map(|line| (connection, direction.to_string(), line)),
                );
            }
        }
    }
    let file = file("all.pcap", &writer.into_writer());
    let (lines, status, errors) = dump(&[file.to_str().unwrap()]);
    assert_eq!((status, &*errors), (Some(0), ""));

    let (connections, items): (Vec<Value>, Vec<Value>) = lines
        .into_iter()
        .partition(|line| line.get("client").is_some());
    assert_eq!(connections.len(), usize::from(connection));
    let mut found: Vec<_> = items
        .into_iter()
        .map(|mut line| {
            let keys = line.as_object_mut().unwrap();
            let connection = keys.shift_remove("connection").unwrap().as_u64().unwrap();
            let direction = keys.shift_remove("direction").unwrap();
            let direction = direction.as_str().unwrap().to_owned();
            (u16::try_from(connection).unwrap(), direction, line)
        })
        .collect();
    // Those of one stream are in order.
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    assert_eq!(found, expected);
}
