//! Packet captures, pcap and pcapng.

use std::borrow::Cow;
use std::net::SocketAddr;

use metaproto_codec::{Codec, Direction};
use pcap_file::PcapError;
use pcap_file::pcap::PcapParser;
use pcap_file::pcapng::{Block, PcapNgParser};

use super::packet::{self, Segment, Unusable};
use super::tcp::{Connection, Connections, Piece};
use crate::vector::{Recorder, VectorFile};

/// The longest capture that is read, bytes.
pub const MAX_CAPTURE: usize = 256 << 20;

/// A capture that gives no vectors. Packets are numbered from 1, as Wireshark does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The capture is longer than [`MAX_CAPTURE`].
    #[error("a capture of {length} bytes is above the limit of {MAX_CAPTURE}; filter it by port")]
    TooLarge {
        /// Its length, bytes.
        length: usize,
    },
    /// The bytes are no capture.
    #[error("neither pcap nor pcapng")]
    NoCapture,
    /// The capture is broken.
    #[error(
        "the capture is broken after packet {packet}: {why}; try `tshark -r IN -F pcap -w OUT`"
    )]
    Broken {
        /// The last packet that could be read; 0 if there is none.
        packet: usize,
        /// What is wrong.
        why: String,
    },
    /// Packets of a link layer that is not supported.
    #[error(
        "packet {packet}: link type {link} is not supported; capture Ethernet, Linux cooked or raw IP"
    )]
    LinkType {
        /// The packet.
        packet: usize,
        /// Number of the link type as registered at tcpdump.org.
        link: u32,
    },
    /// A packet was not captured to its end.
    #[error(
        "packet {packet} was not captured to its end; capture with an unlimited snapshot length"
    )]
    CutShort {
        /// The packet.
        packet: usize,
    },
    /// A TCP segment in fragments of IP.
    #[error(
        "packet {packet} is a fragment of an IP packet; capture where there is no fragmentation"
    )]
    Fragment {
        /// The packet.
        packet: usize,
    },
    /// A packet of TCP without a readable TCP header.
    #[error("packet {packet} has no readable TCP header")]
    Header {
        /// The packet.
        packet: usize,
    },
    /// There are more connections than [`MAX_CONNECTIONS`](super::MAX_CONNECTIONS).
    #[error(
        "packet {packet} opens one connection more than the limit of {max}; filter the capture"
    )]
    TooManyConnections {
        /// The packet.
        packet: usize,
        /// The most connections.
        max: usize,
    },
    /// Bytes of a stream are not in the capture.
    #[error(
        "connection {client} > {server}, {direction}: {missing} bytes at offset {offset} of the stream were not captured"
    )]
    Missing {
        /// Who opened the connection.
        client: SocketAddr,
        /// Its peer.
        server: SocketAddr,
        /// The direction of the stream.
        direction: Direction,
        /// Where the bytes are missing, from the first captured byte of the stream.
        offset: u64,
        /// How many are missing at least.
        missing: u64,
    },
    /// Two packets have different bytes for the same place of a stream.
    #[error(
        "connection {client} > {server}, {direction}: packet {packet} has other bytes than an earlier one at offset {offset} of the stream"
    )]
    Conflict {
        /// Who opened the connection.
        client: SocketAddr,
        /// Its peer.
        server: SocketAddr,
        /// The direction of the stream.
        direction: Direction,
        /// The first byte that differs, from the first captured byte of the stream.
        offset: u64,
        /// The later packet.
        packet: usize,
    },
}

/// The TCP connections of a packet capture, pcap or pcapng, with whatever is wrong with it.
///
/// The client is who sent the first SYN; in a capture that starts later, who has the higher port. Segments that come
/// late, again, or overlap are put in place.
#[derive(Default)]
pub struct Capture<'a> {
    connections: Connections<'a>,
    problems: Vec<(ImportError, usize)>,
}

impl<'a> Capture<'a> {
    /// Reads a capture. Packets that cannot be used are left out and are among the [`problems`](Self::problems), and so is the
    /// fault at which a broken capture ends.
    ///
    /// # Errors
    ///
    /// [`ImportError::TooLarge`] and [`ImportError::NoCapture`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let mut capture = Self::default();
        let read = each_checked_packet(bytes, |packet, segment| {
            let added = segment.and_then(|it| match it {
                Some(segment) => capture.connections.add(packet, segment),
                None => Ok(()),
            });
            if let Err(problem) = added {
                capture.note(problem);
            }
            Ok(())
        });
        match read {
            Err(why @ ImportError::Broken { .. }) => capture.note(why),
            other => other?,
        }
        Ok(capture)
    }

    /// Whether `bytes`, the first four or more of a file, start a capture.
    #[must_use]
    pub fn is_magic(bytes: &[u8]) -> bool {
        Format::of(bytes).is_some()
    }

    /// The connections, in the order in which they were opened.
    #[must_use]
    pub fn connections(&self) -> &[Connection<'a>] {
        self.connections.all()
    }

    /// What is wrong with packets or with the capture: the first of each sort, and how many there are of it.
    #[must_use]
    pub fn problems(&self) -> &[(ImportError, usize)] {
        &self.problems
    }

    fn note(&mut self, problem: ImportError) {
        let sort = std::mem::discriminant(&problem);
        let mut known = self.problems.iter_mut();
        match known.find(|(first, _)| std::mem::discriminant(first) == sort) {
            Some((_, count)) => *count += 1,
            None => self.problems.push((problem, 1)),
        }
    }
}

/// Vectors of a packet capture, pcap or pcapng: one file for each TCP connection that carried bytes, in the order in
/// which they were opened. Their chunks are the segments, in the order of the stream.
///
/// Connections and streams are those of a [`Capture`].
///
/// # Errors
///
/// A capture that is broken or unsupported, or does not hold all bytes of each of its connections.
pub fn pcap(
    bytes: &[u8],
    make: impl Fn() -> Box<dyn Codec>,
) -> Result<Vec<VectorFile>, ImportError> {
    let mut connections = Connections::default();
    each_checked_packet(bytes, |packet, segment| match segment? {
        Some(segment) => connections.add(packet, segment),
        None => Ok(()),
    })?;
    let mut files = Vec::new();
    for connection in connections.all() {
        let (client, server) = (connection.client(), connection.server());
        let mut recorder = Recorder::new(&make);
        connection.replay(|direction, piece| {
            match piece {
                Piece::Bytes(bytes) => recorder.bytes(direction, bytes),
                Piece::Missing { offset, bytes } => {
                    return Err(ImportError::Missing {
                        client,
                        server,
                        direction,
                        offset,
                        missing: bytes,
                    });
                }
                Piece::Conflict { offset, packet } => {
                    return Err(ImportError::Conflict {
                        client,
                        server,
                        direction,
                        offset,
                        packet,
                    });
                }
            }
            Ok(())
        })?;
        let mut file = recorder.finish();
        if !file.vectors.is_empty() {
            file.origin = Some(format!("capture of {client} > {server}"));
            files.push(file);
        }
    }
    Ok(files)
}

/// Calls `take` with each packet's number and segment, if it has one, or with why it cannot be used.
fn each_checked_packet<'a>(
    bytes: &'a [u8],
    mut take: impl FnMut(usize, Result<Option<Segment<'a>>, ImportError>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    if bytes.len() > MAX_CAPTURE {
        let length = bytes.len();
        return Err(ImportError::TooLarge { length });
    }
    each_packet(bytes, |packet, link, data| {
        let segment = packet::segment(link, data).map_err(|why| match why {
            Unusable::LinkType => ImportError::LinkType { packet, link },
            Unusable::CutShort => ImportError::CutShort { packet },
            Unusable::Fragment => ImportError::Fragment { packet },
            Unusable::Header => ImportError::Header { packet },
        });
        take(packet, segment)
    })
}

/// The format of a capture.
enum Format {
    Pcap,
    PcapNg,
}

impl Format {
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes.first_chunk()? {
            [0x0a, 0x0d, 0x0d, 0x0a] => Some(Self::PcapNg),
            [0xa1, 0xb2, 0xc3, 0xd4]
            | [0xa1, 0xb2, 0x3c, 0x4d]
            | [0xd4, 0xc3, 0xb2, 0xa1]
            | [0x4d, 0x3c, 0xb2, 0xa1] => Some(Self::Pcap),
            _ => None,
        }
    }
}

/// Calls `packet` with the number, link type and bytes of each packet.
fn each_packet<'a>(
    bytes: &'a [u8],
    packet: impl FnMut(usize, u32, &'a [u8]) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    match Format::of(bytes) {
        Some(Format::PcapNg) => each_pcapng_packet(bytes, packet),
        Some(Format::Pcap) => each_pcap_packet(bytes, packet),
        None => Err(ImportError::NoCapture),
    }
}

fn each_pcap_packet<'a>(
    bytes: &'a [u8],
    mut packet: impl FnMut(usize, u32, &'a [u8]) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let (mut rest, parser) = PcapParser::new(bytes).map_err(|why| broken(0, &why))?;
    let link = u32::from(parser.header().datalink) & 0xffff; // above are flags
    let mut number = 0;
    while !rest.is_empty() {
        let read = parser.next_raw_packet(rest);
        let (left, found) = read.map_err(|why| broken(number, &why))?;
        number += 1;
        packet(number, link, borrowed(found.data))?;
        rest = left;
    }
    Ok(())
}

fn each_pcapng_packet<'a>(
    bytes: &'a [u8],
    mut packet: impl FnMut(usize, u32, &'a [u8]) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let (mut rest, mut parser) = PcapNgParser::new(bytes).map_err(|why| broken(0, &why))?;
    let mut number = 0;
    while !rest.is_empty() {
        let read = parser.next_block(rest);
        let (left, block) = read.map_err(|why| broken(number, &why))?;
        let found = match block {
            Block::EnhancedPacket(found) => Some((found.interface_id, found.data)),
            Block::Packet(found) => Some((found.interface_id.into(), found.data)),
            Block::SimplePacket(found) => Some((0, found.data)),
            _ => None,
        };
        if let Some((interface, data)) = found {
            let interfaces = parser.interfaces();
            let known = usize::try_from(interface)
                .ok()
                .and_then(|at| interfaces.get(at));
            let unknown = PcapError::InvalidInterfaceId(interface);
            let link = known.ok_or_else(|| broken(number, &unknown))?.linktype;
            number += 1;
            packet(number, link.into(), borrowed(data))?;
        }
        rest = left;
    }
    Ok(())
}

fn broken(packet: usize, why: &PcapError) -> ImportError {
    let why = match why {
        PcapError::IncompleteBuffer => "it ends within a block".into(),
        why => why.to_string(),
    };
    ImportError::Broken { packet, why }
}

/// What the parsers of slices give is always a part of the slice.
fn borrowed(data: Cow<'_, [u8]>) -> &[u8] {
    match data {
        Cow::Borrowed(data) => data,
        Cow::Owned(_) => &[],
    }
}
