//! From captured segments to the streams of connections.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::ops::Range;

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

/// One TCP connection of a capture.
pub struct Connection<'a> {
    segments: Vec<(usize, Segment<'a>)>,
    /// The SYN of each side, or its absence.
    syns: HashMap<SocketAddr, u32>,
    client: SocketAddr,
    server: SocketAddr,
    /// Whether the roles come from a SYN; otherwise they are a guess.
    opened: bool,
}

/// What becomes of a stream, in the order of the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The next bytes.
    Bytes(&'a [u8]),
    /// The next bytes were not captured, though what came later, or what the receiver has acknowledged, shows that they
    /// were sent.
    Missing {
        /// Bytes of the stream before them, from the first captured one.
        offset: u64,
        /// How many.
        bytes: u64,
    },
    /// A packet has other bytes than an earlier one, which stand.
    Conflict {
        /// The first byte that differs, from the first captured byte of the stream.
        offset: u64,
        /// The later packet.
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

    pub(super) fn all(&self) -> &[Connection<'a>] {
        &self.all
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

    /// Who opened it: who sent the first SYN; where none was captured, who has the higher port.
    #[must_use]
    pub fn client(&self) -> SocketAddr {
        self.client
    }

    /// The client's peer.
    #[must_use]
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// Whether its start was captured, so that the streams start with their first bytes.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        self.opened
    }

    /// Bytes in its segments; those that came twice count twice.
    #[must_use]
    pub fn captured(&self) -> usize {
        let payloads = self.segments.iter().map(|(_, it)| it.payload.len());
        payloads.sum()
    }

    /// Gives the pieces of both streams as they became whole, each byte once and in order.
    ///
    /// # Errors
    ///
    /// What `take` says, which ends it.
    pub fn replay<E>(
        &self,
        mut take: impl FnMut(Direction, Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let [mut c2s, mut s2c] = self.streams();
        for (packet, segment) in self.sound() {
            let own = if segment.from == self.client {
                &mut c2s
            } else {
                &mut s2c
            };
            own.add(*packet, segment.payload, &mut take)?;
        }
        c2s.finish(&mut take)?;
        s2c.finish(&mut take)
    }

    /// Segments whose numbers make sense.
    fn sound(&self) -> impl Iterator<Item = &(usize, Segment<'a>)> + Clone {
        self.segments.iter().filter(|(_, segment)| !segment.rst)
    }

    /// Both streams, with all segments in their places and what is missing known.
    fn streams(&self) -> [Stream<'a>; 2] {
        let mut c2s = Survey::new(self.first(self.client));
        let mut s2c = Survey::new(self.first(self.server));
        for (_, segment) in self.sound() {
            let (own, other) = if segment.from == self.client {
                (&mut c2s, &mut s2c)
            } else {
                (&mut s2c, &mut c2s)
            };
            other.acknowledge(segment.acknowledged);
            own.add(segment);
        }
        [
            Stream::new(Direction::ClientToServer, c2s),
            Stream::new(Direction::ServerToClient, s2c),
        ]
    }

    /// Sequence number of the first byte from one side; `None` if nothing was captured.
    fn first(&self, from: SocketAddr) -> Option<u32> {
        let own = self.sound().map(|(_, segment)| segment);
        let own = own.filter(|segment| segment.from == from);
        match self.syns.get(&from) {
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
        }
    }
}

/// From one sequence number to another, either way around.
fn distance(from: u32, to: u32) -> i64 {
    i64::from(to.wrapping_sub(from).cast_signed())
}

/// Where the segments of one direction lie.
struct Survey {
    /// Sequence number of the first byte; `None` if nothing was captured.
    first: Option<u32>,
    /// Where each segment starts.
    starts: VecDeque<i64>,
    /// What is there: starts and ends, apart from each other.
    there: BTreeMap<i64, i64>,
    /// Where the sender ended the stream, or 0.
    fin: i64,
    /// Where the receiver has it all, or 0.
    acknowledged: i64,
}

impl Survey {
    fn new(first: Option<u32>) -> Self {
        Self {
            first,
            starts: VecDeque::new(),
            there: BTreeMap::new(),
            fin: 0,
            acknowledged: 0,
        }
    }

    fn add(&mut self, segment: &Segment<'_>) {
        let start = segment.sequence.wrapping_add(u32::from(segment.syn));
        let start = self.offset(start).unwrap_or_default();
        self.starts.push_back(start);
        let mut end = start + segment.payload.len() as i64;
        if segment.fin {
            self.fin = self.fin.max(end);
        }
        // Bytes before the first are a probe of the connection or came again.
        let mut start = start.max(0);
        if end <= start {
            return;
        }
        // What touches it becomes one with it.
        while let Some((&near, &far)) = self.there.range(..=end).next_back() {
            if far < start {
                break;
            }
            self.there.remove(&near);
            (start, end) = (start.min(near), end.max(far));
        }
        self.there.insert(start, end);
    }

    fn acknowledge(&mut self, number: Option<u32>) {
        let offset = number.and_then(|number| self.offset(number));
        self.acknowledged = self.acknowledged.max(offset.unwrap_or_default());
    }

    /// Bytes up to the first that is missing.
    fn whole(&self) -> i64 {
        let first = self.there.first_key_value();
        first
            .filter(|(start, _)| **start == 0)
            .map_or(0, |(_, end)| *end)
    }

    /// The offset in the stream that is nearest to what is whole; negative before its start.
    fn offset(&self, sequence: u32) -> Option<i64> {
        let whole = self.whole();
        // Numbers wrap around: only the low 32 bits count.
        let expected = self.first?.wrapping_add(whole as u32);
        Some(whole + distance(expected, sequence))
    }

    /// What is missing before something that is there.
    fn gaps(&self) -> VecDeque<Range<u64>> {
        let mut at = 0;
        let mut gaps = VecDeque::new();
        for (start, end) in &self.there {
            if *start > at {
                gaps.push_back(at.cast_unsigned()..start.cast_unsigned());
            }
            at = *end;
        }
        gaps
    }

    /// Where the stream ends, as far as its peers say. The end counts as one byte to be acknowledged, and may itself not
    /// have been captured.
    fn promised(&self) -> u64 {
        let promised = self.fin.max(self.acknowledged - 1);
        promised.max(0).cast_unsigned()
    }
}

/// One direction, being put together.
struct Stream<'a> {
    direction: Direction,
    starts: VecDeque<i64>,
    gaps: VecDeque<Range<u64>>,
    promised: u64,
    /// Bytes of the stream before `bytes`: up to the latest gap.
    base: u64,
    /// What is whole since then.
    bytes: Vec<u8>,
    /// Segments that came before their time, by offset.
    early: BTreeMap<u64, (usize, &'a [u8])>,
}

impl<'a> Stream<'a> {
    fn new(direction: Direction, survey: Survey) -> Self {
        Self {
            direction,
            gaps: survey.gaps(),
            promised: survey.promised(),
            starts: survey.starts,
            base: 0,
            bytes: Vec::new(),
            early: BTreeMap::new(),
        }
    }

    /// Bytes before the next one.
    fn whole(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    fn add<E>(
        &mut self,
        packet: usize,
        payload: &'a [u8],
        take: &mut impl FnMut(Direction, Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let base = self.base.cast_signed();
        let start = self.starts.pop_front().unwrap_or(base);
        // Bytes before the first, or before the latest gap, are a probe of the connection or came again.
        let before = usize::try_from(base - start).unwrap_or_default();
        let payload = payload.get(before..).unwrap_or_default();
        self.place(packet, start.max(base).cast_unsigned(), payload, take)?;
        while let Some(entry) = self.early.first_entry() {
            if *entry.key() <= self.base + self.bytes.len() as u64 {
                let (start, (packet, payload)) = entry.remove_entry();
                self.place(packet, start, payload, take)?;
                continue;
            }
            let whole = self.whole();
            let Some(gap) = self.gaps.pop_front_if(|gap| gap.start == whole) else {
                break;
            };
            let (offset, bytes) = (gap.start, gap.end - gap.start);
            take(self.direction, Piece::Missing { offset, bytes })?;
            self.base = gap.end;
            self.bytes.clear();
        }
        Ok(())
    }

    /// Puts bytes where they belong.
    fn place<E>(
        &mut self,
        packet: usize,
        start: u64,
        payload: &'a [u8],
        take: &mut impl FnMut(Direction, Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let at = usize::try_from(start - self.base).ok();
        let Some(known) = at.and_then(|at| self.bytes.get(at..)) else {
            return self.keep(packet, start, payload, take);
        };
        // A probe that keeps the connection alive is one byte that came already, whatever its value.
        if (payload.len() > 1 || known.is_empty())
            && let Some(piece) = conflict(packet, start, known, payload)
        {
            take(self.direction, piece)?;
        }
        let new = payload.get(known.len()..).unwrap_or_default();
        if !new.is_empty() {
            self.bytes.extend_from_slice(new);
            take(self.direction, Piece::Bytes(new))?;
        }
        Ok(())
    }

    /// Puts bytes aside whose time has not come. What stands is kept, and of a later packet what is beyond it.
    fn keep<E>(
        &mut self,
        packet: usize,
        mut start: u64,
        mut payload: &'a [u8],
        take: &mut impl FnMut(Direction, Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        while !payload.is_empty() {
            let earlier = self.early.get(&start).map_or(&[][..], |(_, it)| it);
            let Some(piece) = conflict(packet, start, earlier, payload) else {
                if payload.len() > earlier.len() {
                    self.early.insert(start, (packet, payload));
                }
                break;
            };
            take(self.direction, piece)?;
            start += earlier.len() as u64;
            payload = payload.get(earlier.len()..).unwrap_or_default();
        }
        Ok(())
    }

    /// Whether all of the stream was there.
    fn finish<E>(
        &self,
        take: &mut impl FnMut(Direction, Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let offset = self.whole();
        match self.promised.checked_sub(offset) {
            None | Some(0) => Ok(()),
            Some(bytes) => take(self.direction, Piece::Missing { offset, bytes }),
        }
    }
}

/// Where a packet has other bytes than what is known of the same place.
fn conflict(packet: usize, start: u64, known: &[u8], payload: &[u8]) -> Option<Piece<'static>> {
    let mut pairs = known.iter().zip(payload);
    let at = pairs.position(|(known, new)| known != new)?;
    let offset = start + at as u64;
    Some(Piece::Conflict { offset, packet })
}
