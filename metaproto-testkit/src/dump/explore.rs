//! A whole input, whatever it is, as a run of events.

use std::io;
use std::net::SocketAddr;

use metaproto_codec::Direction;

use super::input::piece;
use super::walk::Walk;
use super::{Input, Item, Protocol};
use crate::vector::import::{Capture, Connection, ImportError, Piece};

/// How to go through an input.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The protocols that can be told. A single one need not be told of a stream, only of the connections of a capture.
    pub protocols: &'a [Protocol],
    /// The protocol of all streams, where it need not be told.
    pub protocol: Option<&'a Protocol>,
    /// Of a stream, where it travelled: to the server unless stated. Of a capture, the only direction that is reported.
    pub direction: Option<Direction>,
    /// Of a capture, the only port whose connections are reported.
    pub port: Option<u16>,
    /// Feed this many bytes at a time; 0 feeds as many as there are at hand. What is reported does not depend on it.
    pub chunk: usize,
}

/// One thing that is reported.
#[derive(Debug)]
pub enum Event<'a> {
    /// Something is wrong with a capture or with some of its packets.
    Problem {
        /// What, of the first packet with which it is so.
        first: &'a ImportError,
        /// With how many.
        count: usize,
    },
    /// A stream that is no part of a capture begins.
    Stream {
        /// Its protocol.
        protocol: &'static str,
    },
    /// A connection of a capture begins.
    Connection(Peers),
    /// Something in the stream.
    Item(Place, Item<'a>),
}

/// A connection of a capture.
#[derive(Clone, Copy, Debug)]
pub struct Peers {
    /// Its number, from 1.
    pub number: usize,
    /// Who opened it.
    pub client: SocketAddr,
    /// Its peer.
    pub server: SocketAddr,
    /// Whether its start was captured.
    pub is_opened: bool,
    /// Bytes in its segments.
    pub captured: usize,
    /// The protocol; `None` where the bytes are of none that is known, and nothing more is reported of it.
    pub protocol: Option<&'static str>,
}

/// The stream of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the connection in a capture.
    pub connection: Option<usize>,
    /// Where the stream travelled.
    pub direction: Direction,
}

/// Why nothing can be reported.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The input cannot be read, or whoever takes the events failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The capture cannot be read.
    #[error(transparent)]
    Capture(#[from] ImportError),
    /// The first bytes are of no known protocol.
    #[error("the first bytes do not tell the protocol: name it with --protocol")]
    NoProtocol,
    /// No connection of a capture is of a known protocol.
    #[error(
        "none of {connections} connections tells its protocol: name it with --protocol, and a --port"
    )]
    NoConnection {
        /// Connections that carried bytes.
        connections: usize,
    },
}

/// Reports all that there is in `input`: of a stream its messages and its end, of a capture those of each connection, both
/// directions in the order in which they became whole. Gives the highest [exit status](Item::exit_status); `progress` is
/// told how many bytes of the input are done.
///
/// # Errors
///
/// An input that cannot be read or told; what `report` says.
pub fn explore(
    input: Input,
    plan: Plan<'_>,
    mut report: impl FnMut(Event<'_>) -> io::Result<()>,
    mut progress: impl FnMut(u64),
) -> Result<u8, ExploreError> {
    match input {
        Input::Stream(source, _) => stream(source, plan, &mut report, &mut progress),
        Input::Capture(bytes) => capture(&bytes, plan, &mut report, &mut progress),
    }
}

type Report<'a> = &'a mut dyn FnMut(Event<'_>) -> io::Result<()>;

fn stream(
    mut source: Box<dyn io::Read>,
    plan: Plan<'_>,
    report: Report<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<u8, ExploreError> {
    let direction = plan.direction.unwrap_or(Direction::ClientToServer);
    let place = Place {
        connection: None,
        direction,
    };
    let mut bytes = Vec::new();
    piece(&mut source, 0, &mut bytes)?;
    let told = || match plan.protocols {
        // Where there is no choice, how the bytes end says more.
        [only] => Some(only),
        protocols => Protocol::tell(protocols, &bytes, false, None),
    };
    let protocol = plan.protocol.or_else(told);
    let protocol = protocol.ok_or(ExploreError::NoProtocol)?;
    report(Event::Stream {
        protocol: protocol.name(),
    })?;

    let mut walk = Walk::new(protocol.subject(), direction);
    let mut done = 0;
    while !bytes.is_empty() {
        let chunk = if plan.chunk == 0 {
            bytes.len()
        } else {
            plan.chunk
        };
        for chunk in bytes.chunks(chunk) {
            walk.receive(chunk, &mut |item| report(Event::Item(place, item)))?;
        }
        done += bytes.len() as u64;
        progress(done);
        if walk.is_over() {
            break;
        }
        piece(&mut source, 0, &mut bytes)?;
    }
    let end = walk.finish(&mut |item| report(Event::Item(place, item)))?;
    Ok(end.exit_status())
}

fn capture(
    bytes: &[u8],
    plan: Plan<'_>,
    report: Report<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<u8, ExploreError> {
    let capture = Capture::read(bytes)?;
    let mut status = 0;
    for (first, count) in capture.problems() {
        status = 6;
        let count = *count;
        report(Event::Problem { first, count })?;
    }
    let (mut connections, mut told, mut done) = (0, 0, 0);
    let all = capture.connections().iter();
    let all = all.filter(|connection| connection.captured() > 0);
    for (connection, number) in all.zip(1..) {
        done += connection.captured() as u64;
        let ports = [connection.client().port(), connection.server().port()];
        if plan.port.is_some_and(|port| !ports.contains(&port)) {
            continue;
        }
        connections += 1;
        let port = Some(connection.server().port());
        let known = || {
            let (first, are_all) = first_bytes(connection);
            Protocol::tell(plan.protocols, &first, are_all, port)
        };
        let protocol = plan.protocol.or_else(known);
        report(Event::Connection(Peers {
            number,
            client: connection.client(),
            server: connection.server(),
            is_opened: connection.is_opened(),
            captured: connection.captured(),
            protocol: protocol.map(Protocol::name),
        }))?;
        if let Some(protocol) = protocol {
            told += 1;
            let found = conversation(connection, number, protocol, plan, report)?;
            status = status.max(found);
        }
        progress(done);
    }
    if connections > 0 && told == 0 {
        return Err(ExploreError::NoConnection { connections });
    }
    Ok(status)
}

/// Both directions of a connection.
fn conversation(
    connection: &Connection<'_>,
    number: usize,
    protocol: &Protocol,
    plan: Plan<'_>,
    report: Report<'_>,
) -> io::Result<u8> {
    let mut status = 0;
    let mut tell = |direction, item: Item<'_>| {
        if plan.direction.is_some_and(|only| only != direction) {
            return Ok(());
        }
        status = status.max(item.exit_status());
        let connection = Some(number);
        let place = Place {
            connection,
            direction,
        };
        report(Event::Item(place, item))
    };
    let mut walks = [Direction::ClientToServer, Direction::ServerToClient]
        .map(|direction| (direction, Walk::new(protocol.subject(), direction)));
    connection.replay(|direction, piece| {
        let [c2s, s2c] = &mut walks;
        let walk = match direction {
            Direction::ClientToServer => &mut c2s.1,
            Direction::ServerToClient => &mut s2c.1,
        };
        let mut tell = |item: Item<'_>| tell(direction, item);
        match piece {
            Piece::Bytes(bytes) => {
                let chunk = if plan.chunk == 0 {
                    bytes.len()
                } else {
                    plan.chunk
                };
                let mut chunks = bytes.chunks(chunk.max(1));
                chunks.try_for_each(|chunk| walk.receive(chunk, &mut tell))
            }
            Piece::Missing { offset, bytes } => {
                walk.skip_gap(protocol.subject(), offset, bytes, &mut tell)
            }
            Piece::Conflict { offset, packet } => tell(Item::Conflict { offset, packet }),
        }
    })?;
    for (direction, walk) in walks {
        walk.finish(&mut |item| tell(direction, item))?;
    }
    Ok(status)
}

/// What the client sends first; where it sends nothing, the server. And whether that is all that there is of it.
fn first_bytes(connection: &Connection<'_>) -> (Vec<u8>, bool) {
    /// Enough for the header of any protocol to say that it is one.
    const ENOUGH: usize = 64 << 10;

    let mut first = [Vec::new(), Vec::new()];
    let mut is_whole = true;
    let _ = connection.replay(|direction, piece| {
        let first = &mut first[usize::from(direction == Direction::ServerToClient)];
        match piece {
            Piece::Bytes(bytes) => first.extend_from_slice(bytes),
            // What follows is not the first.
            Piece::Missing { .. } => is_whole &= first.is_empty(),
            Piece::Conflict { .. } => {}
        }
        is_whole &= first.len() <= ENOUGH;
        if is_whole { Ok(()) } else { Err(()) }
    });
    let [client, server] = first;
    let first = if client.is_empty() { server } else { client };
    (first, is_whole)
}
