//! The protocol of these tests, and captures of it.

use std::io;
use std::time::Duration;

use etherparse::PacketBuilder;
use metaproto_codec::{Header, HeaderCodec, KIB};
use metaproto_testkit::dump::{
    Event, ExploreError, Input, Item, Place, Plan, Protocol, Style, Subject, Writer, explore,
};
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::{DataLink, Endianness};

/// 10 bytes and a name, big-endian.
#[derive(Header, Clone, Debug)]
#[header(big_endian)]
pub(crate) struct CallHeader {
    #[header(constant = 0xCA11)]
    magic: u16,
    #[header(request_id)]
    id: u16,
    #[header(frame_len, max = 64 * KIB)]
    length: u32,
    #[header(status(ok = 0, other = 1))]
    code: u8,
    #[header(len = u8, max = 255, operation)]
    method: String,
}

pub(crate) const CALL: Protocol = Protocol::new("call", || {
    Subject::of_header::<CallHeader>(Box::new(HeaderCodec::<CallHeader>::new()))
});

/// A message.
pub(crate) fn call(id: u16, method: &str, body: &[u8]) -> Vec<u8> {
    let header = CallHeader {
        magic: 0xCA11,
        id,
        length: 0,
        code: 0,
        method: method.to_owned(),
    };
    header.to_frame(body).unwrap().to_vec()
}

pub(crate) const CLIENT: u16 = 40_000;
pub(crate) const SERVER: u16 = 80;

/// A segment to be captured: from a port to a port, with the sequence number of its first byte.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) at: u32,
    pub(crate) flags: &'static str,
    pub(crate) payload: Vec<u8>,
}

/// From the client. Streams start at 100.
pub(crate) fn sent(at: u32, payload: &[u8]) -> Sent {
    Sent {
        from: CLIENT,
        to: SERVER,
        at: 100 + at,
        flags: "",
        payload: payload.to_vec(),
    }
}

/// From the server.
pub(crate) fn answered(at: u32, payload: &[u8]) -> Sent {
    Sent {
        from: SERVER,
        to: CLIENT,
        ..sent(at, payload)
    }
}

/// Both SYNs.
pub(crate) fn opened() -> [Sent; 2] {
    [sent(0, b""), answered(0, b"")].map(|segment| Sent {
        at: 99,
        flags: "S",
        ..segment
    })
}

/// A packet capture of raw IP.
pub(crate) fn capture(segments: &[Sent]) -> Vec<u8> {
    let header = PcapHeader {
        datalink: DataLink::RAW,
        endianness: Endianness::Big,
        ..PcapHeader::default()
    };
    let mut writer = PcapWriter::with_header(Vec::new(), header).unwrap();
    for segment in segments {
        let from_server = segment.from == SERVER;
        let (source, destination) = if from_server { (2, 1) } else { (1, 2) };
        let ip = PacketBuilder::ipv4([10, 0, 0, source], [10, 0, 0, destination], 64);
        let mut tcp = ip.tcp(segment.from, segment.to, segment.at, 100);
        for flag in segment.flags.chars() {
            tcp = match flag {
                'S' if from_server => tcp.syn().ack(100),
                'S' => tcp.syn(),
                'F' => tcp.fin(),
                other => panic!("no flag {other}"),
            };
        }
        let mut data = Vec::new();
        tcp.write(&mut data, &segment.payload).unwrap();
        let length = u32::try_from(data.len()).unwrap();
        let packet = PcapPacket::new(Duration::ZERO, length, &data);
        writer.write_packet(&packet).unwrap();
    }
    writer.into_writer()
}

/// What is reported of an input, with one protocol to be told.
pub(crate) fn reported(
    input: Input,
    report: impl FnMut(Event<'_>) -> io::Result<()>,
) -> Result<u8, ExploreError> {
    explore(input, plan(&[CALL]), report, |_| {})
}

pub(crate) fn plan(protocols: &[Protocol]) -> Plan<'_> {
    Plan {
        protocols,
        protocol: None,
        direction: None,
        port: None,
        chunk: 0,
    }
}

/// The lines of an input, and the exit status.
pub(crate) fn lines(input: Input, style: Style) -> (String, u8) {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, style);
    let status = reported(input, |event| writer.event(&event)).unwrap();
    (String::from_utf8(out).unwrap(), status)
}

/// Each item of a capture in a few words.
pub(crate) fn items(input: Input) -> (Vec<String>, u8) {
    let mut items = Vec::new();
    let status = reported(input, |event| {
        items.extend(match event {
            Event::Item(Place { direction, .. }, item) => {
                Some(format!("{direction} {}", words(&item)))
            }
            Event::Problem { first, .. } => Some(first.to_string()),
            Event::Stream { .. } | Event::Connection(_) => None,
        });
        Ok(())
    });
    (items, status.unwrap())
}

fn words(item: &Item<'_>) -> String {
    match item {
        Item::Message(message) => {
            let operation = message.metadata.operation().unwrap();
            format!("{operation} at {}", message.offset)
        }
        Item::Gap(gap) => format!("{gap:?}"),
        Item::Conflict { offset, packet } => format!("packet {packet} differs at {offset}"),
        Item::End(end) => format!("{end:?}"),
    }
}
