//! From captured segments to the streams of connections.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use metaproto_codec::Direction;

use super::capture::ImportError;
use super::packet::Segment;

/// The most connections that one capture may hold.
pub const MAX_CONNECTIONS: usize = 4096;

/// All connections of a capture.
#[derive(Default)]
pub(super) struct Connections<'a> {
    all: Vec<Connection<'a>>,
    /// The latest connection between two peers, the lower address first.
    latest: HashMap<[SocketAddr; 2], usize>,
}

/// The segments of one connection, as they were captured.
pub(super) struct Connection<'a> {
    segments: Vec<(usize, Segment<'a>)>,
    /// The SYN of each side, or its absence.
    syns: HashMap<SocketAddr, u32>,
    client: SocketAddr,
    server: SocketAddr,
    /// Whether the roles come from a SYN; otherwise they are a guess.
    opened: bool,
}

/// Why a connection gives no streams.
pub(super) enum Interrupted {
    Missing {
        direction: Direction,
        offset: u64,
        missing: u64,
    },
    Conflict {
        direction: Direction,
        offset: u64,
        packet: usize,
    },
}

impl<'a> Connections<'a> {
    /// Adds a segment to its connection; packets are numbered.
    pub(super) fn add(&mut self, packet: usize, segment: Segment<'a>) -> Result<(), ImportError> {
        let mut peers = [segment.from, segment.to];
        peers.sort_unstable();
        let latest = self.latest.get(&peers).copied();
        let open = latest.filter(|at| {
            let connection = self.all.get(*at);
            connection.is_some_and(|connection| !connection.is_reopened_by(&segment))
        });
        let at = match open {
            Some(at) => at,
            None if self.all.len() >= MAX_CONNECTIONS => {
                let max = MAX_CONNECTIONS;
                return Err(ImportError::TooManyConnections { packet, max });
            }
            None => {
                self.all.push(Connection::new(&segment));
                self.all.len() - 1
            }
        };
        self.latest.insert(peers, at);
        if let Some(connection) = self.all.get_mut(at) {
            connection.add(packet, segment);
        }
        Ok(())
    }

    pub(super) fn into_all(self) -> Vec<Connection<'a>> {
        self.all
    }
}

impl<'a> Connection<'a> {
    fn new(first: &Segment<'a>) -> Self {
        let from_server = first.from.port() < first.to.port();
        let (client, server) = if from_server {
            (first.to, first.from)
        } else {
            (first.from, first.to)
        };
        Self {
            segments: Vec::new(),
            syns: HashMap::new(),
            client,
            server,
            opened: false,
        }
    }

    /// Whether `segment` opens another connection between the same peers.
    fn is_reopened_by(&self, segment: &Segment<'_>) -> bool {
        if !segment.syn || segment.acknowledged.is_some() {
            return false;
        }
        match self.syns.get(&segment.from) {
            Some(sequence) => *sequence != segment.sequence,
            // The answer to this SYN may have been captured before it.
            None => !self.segments.iter().all(|(_, earlier)| {
                earlier.syn && earlier.acknowledged == Some(segment.sequence.wrapping_add(1))
            }),
        }
    }

    fn add(&mut self, packet: usize, segment: Segment<'a>) {
        if segment.syn {
            self.syns.insert(segment.from, segment.sequence);
            if !self.opened {
                let answer = segment.acknowledged.is_some();
                (self.client, self.server) = if answer {
                    (segment.to, segment.from)
                } else {
                    (segment.from, segment.to)
                };
                self.opened = true;
            }
        }
        self.segments.push((packet, segment));
    }

    /// Client and server.
    pub(super) fn peers(&self) -> (SocketAddr, SocketAddr) {
        (self.client, self.server)
    }

    /// Gives the bytes of both streams as they became whole, each once and in order.
    pub(super) fn replay(
        &self,
        mut receive: impl FnMut(Direction, &[u8]),
    ) -> Result<(), Interrupted> {
        let mut c2s = self.stream(self.client, Direction::ClientToServer);
        let mut s2c = self.stream(self.server, Direction::ServerToClient);
        for (packet, segment) in &self.segments {
            let (own, other) = if segment.from == self.client {
                (&mut c2s, &mut s2c)
            } else {
                (&mut s2c, &mut c2s)
            };
            if segment.rst {
                continue; // its numbers need not make sense
            }
            other.acknowledge(segment.acknowledged);
            own.add(*packet, segment, &mut receive)?;
        }
        c2s.check_end()?;
        s2c.check_end()
    }

    fn stream(&self, from: SocketAddr, direction: Direction) -> Stream<'a> {
        let own = self.segments.iter().map(|(_, segment)| segment);
        let own = own.filter(|segment| segment.from == from && !segment.rst);
        let first = match self.syns.get(&from) {
            Some(syn) => Some(syn.wrapping_add(1)),
            // Without a SYN the stream starts with the earliest byte that there is.
            None => own
                .clone()
                .filter(|segment| !segment.payload.is_empty())
                .map(|segment| segment.sequence)
                .reduce(|first, next| {
                    let earlier = distance(first, next) < 0;
                    if earlier { next } else { first }
                })
                .or_else(|| own.clone().next().map(|segment| segment.sequence)),
        };
        Stream {
            direction,
            first,
            bytes: Vec::new(),
            early: BTreeMap::new(),
            fin: 0,
            acknowledged: 0,
        }
    }
}

/// From one sequence number to another, either way around.
fn distance(from: u32, to: u32) -> i64 {
    i64::from(to.wrapping_sub(from).cast_signed())
}

/// One direction, being put together.
struct Stream<'a> {
    direction: Direction,
    /// Sequence number of the first byte; `None` if nothing was captured.
    first: Option<u32>,
    /// What is whole so far.
    bytes: Vec<u8>,
    /// Segments that came before their time, by offset.
    early: BTreeMap<u64, (usize, &'a [u8])>,
    /// Where the sender ended the stream, or 0.
    fin: i64,
    /// Where the receiver has it all, or 0.
    acknowledged: i64,
}

impl<'a> Stream<'a> {
    fn add(
        &mut self,
        packet: usize,
        segment: &Segment<'a>,
        receive: &mut impl FnMut(Direction, &[u8]),
    ) -> Result<(), Interrupted> {
        let start = segment.sequence.wrapping_add(u32::from(segment.syn));
        let Some(start) = self.offset(start) else {
            return Ok(());
        };
        if segment.fin {
            self.fin = self.fin.max(start + segment.payload.len() as i64);
        }
        // Bytes before the first are a probe of the connection or came again.
        let before = usize::try_from(-start).unwrap_or_default();
        let payload = segment.payload.get(before..).unwrap_or_default();
        let start = start.max(0).cast_unsigned();
        self.place(packet, start, payload, receive)?;
        while let Some(entry) = self.early.first_entry() {
            if *entry.key() > self.bytes.len() as u64 {
                break;
            }
            let (start, (packet, payload)) = entry.remove_entry();
            self.place(packet, start, payload, receive)?;
        }
        Ok(())
    }

    /// Puts bytes where they belong.
    fn place(
        &mut self,
        packet: usize,
        start: u64,
        payload: &'a [u8],
        receive: &mut impl FnMut(Direction, &[u8]),
    ) -> Result<(), Interrupted> {
        let known = match usize::try_from(start)
            .ok()
            .and_then(|at| self.bytes.get(at..))
        {
            Some(known) => known,
            None if payload.is_empty() => return Ok(()),
            None => {
                let earlier = self
                    .early
                    .get(&start)
                    .map_or(&[][..], |(_, earlier)| earlier);
                self.check_same(packet, start, earlier, payload)?;
                if payload.len() > earlier.len() {
                    self.early.insert(start, (packet, payload));
                }
                return Ok(());
            }
        };
        // A probe that keeps the connection alive is one byte that came already, whatever its value.
        if payload.len() > 1 || known.is_empty() {
            self.check_same(packet, start, known, payload)?;
        }
        let new = payload.get(known.len()..).unwrap_or_default();
        if !new.is_empty() {
            self.bytes.extend_from_slice(new);
            receive(self.direction, new);
        }
        Ok(())
    }

    fn check_same(
        &self,
        packet: usize,
        start: u64,
        known: &[u8],
        payload: &[u8],
    ) -> Result<(), Interrupted> {
        let pairs = known.iter().zip(payload);
        match pairs.enumerate().find(|(_, (known, new))| known != new) {
            None => Ok(()),
            Some((at, _)) => Err(Interrupted::Conflict {
                direction: self.direction,
                offset: start + at as u64,
                packet,
            }),
        }
    }

    fn acknowledge(&mut self, number: Option<u32>) {
        let offset = number.and_then(|number| self.offset(number));
        self.acknowledged = self.acknowledged.max(offset.unwrap_or_default());
    }

    /// The offset in the stream that is nearest to what is whole; negative before its start.
    fn offset(&self, sequence: u32) -> Option<i64> {
        let whole = self.bytes.len();
        // Numbers wrap around: only the low 32 bits count.
        let expected = self.first?.wrapping_add(whole as u32);
        Some(whole as i64 + distance(expected, sequence))
    }

    /// Whether all of the stream is there.
    fn check_end(&self) -> Result<(), Interrupted> {
        let whole = self.bytes.len() as i64;
        // The end of a stream counts as one byte to be acknowledged, and may itself not have been captured.
        let promised = self.fin.max(self.acknowledged - 1);
        let promised = self
            .early
            .keys()
            .next()
            .map_or(promised, |at| at.cast_signed());
        if promised <= whole {
            return Ok(());
        }
        Err(Interrupted::Missing {
            direction: self.direction,
            offset: self.bytes.len() as u64,
            missing: (promised - whole).cast_unsigned(),
        })
    }
}
