//! Clusters, their endpoints, and the connections to them.

mod exclusive;
mod shared;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use metaproto_codec::{Codec, Direction, IdSpace, Limits, Session};
use tokio::net::TcpStream;

use super::CodecFactory;
use super::config;
use super::stats::Recorder;

pub(super) use self::exclusive::Exclusive;
pub(super) use self::shared::{Shared, Slot};

/// How long one attempt to connect may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How requests share connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    /// All requests on one connection, told apart by ids up to this one.
    Shared { last: u64 },
    /// One request at a time on a connection; responses may overtake each other.
    Exclusive,
    /// One request at a time on a connection; responses in the order of requests.
    Ordered,
}

impl Ids {
    pub(super) fn of(space: IdSpace) -> Self {
        match space {
            // A signed id stays positive, for the sake of peers that take a negative one for something special.
            IdSpace::Number { bits, signed } if bits >= 16 => {
                let bits = bits.saturating_sub(signed.into()).min(63);
                Self::Shared {
                    last: (1 << bits) - 1,
                }
            }
            IdSpace::Number { .. } | IdSpace::Bytes => Self::Exclusive,
            IdSpace::None => Self::Ordered,
        }
    }
}

/// Makes connections to endpoints.
pub(super) struct Dialer {
    pub(super) factory: CodecFactory,
    pub(super) limits: Limits,
    pub(super) ids: Ids,
    pub(super) recorder: Arc<Recorder>,
}

impl Dialer {
    async fn connect(&self, address: SocketAddr) -> Option<TcpStream> {
        let connecting = TcpStream::connect(address);
        let stream = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .ok()?
            .ok()?;
        // Only a matter of latency.
        let _ = stream.set_nodelay(true);
        Some(stream)
    }

    fn session(&self) -> Session<Box<dyn Codec>> {
        Session::new((self.factory)(), Direction::ServerToClient, self.limits)
    }
}

/// A cluster, made ready for traffic.
pub(super) struct Cluster {
    pub(super) name: String,
    endpoints: Vec<Endpoint>,
    turn: AtomicUsize,
    dialer: Dialer,
}

struct Endpoint {
    address: SocketAddr,
    shared: shared::Pool,
    idle: exclusive::Pool,
}

impl Cluster {
    pub(super) fn new(cluster: config::Cluster, dialer: Dialer) -> Self {
        let endpoint = |address| Endpoint {
            address,
            shared: shared::Pool::default(),
            idle: exclusive::Pool::default(),
        };
        let endpoints = cluster.endpoints.into_iter().map(endpoint).collect();
        Self {
            name: cluster.name,
            endpoints,
            turn: AtomicUsize::new(0),
            dialer,
        }
    }

    /// The connection that all share, of the endpoint whose turn it is or of the next that can be reached.
    pub(super) async fn share(&self) -> Option<Arc<Shared>> {
        for endpoint in self.by_turn() {
            if let Some(connection) = endpoint.shared.get(endpoint.address, &self.dialer).await {
                return Some(connection);
            }
        }
        None
    }

    /// A connection of one's own, of the endpoint whose turn it is or of the next that can be reached.
    pub(super) async fn check_out(&self) -> Option<Exclusive> {
        for endpoint in self.by_turn() {
            if let Some(connection) = endpoint.idle.get(endpoint.address, &self.dialer).await {
                return Some(connection);
            }
        }
        None
    }

    /// Gives a connection back on which nothing is in flight.
    pub(super) fn check_in(&self, connection: Exclusive) {
        let of = |endpoint: &&Endpoint| endpoint.address == connection.address();
        if let Some(endpoint) = self.endpoints.iter().find(of) {
            endpoint.idle.put(connection);
        }
    }

    fn by_turn(&self) -> impl Iterator<Item = &Endpoint> {
        let count = self.endpoints.len();
        let first = self
            .turn
            .fetch_add(1, Ordering::Relaxed)
            .checked_rem(count)
            .unwrap_or(0);
        self.endpoints.iter().cycle().skip(first).take(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wide_numbers_are_shared_and_signed_ones_stay_positive() {
        let number = |bits, signed| Ids::of(IdSpace::Number { bits, signed });
        assert_eq!(number(8, false), Ids::Exclusive);
        assert_eq!(number(16, false), Ids::Shared { last: 0xffff });
        assert_eq!(number(32, true), Ids::Shared { last: 0x7fff_ffff });
        assert_eq!(
            number(64, false),
            Ids::Shared {
                last: u64::MAX >> 1
            }
        );
        assert_eq!(
            number(64, true),
            Ids::Shared {
                last: u64::MAX >> 1
            }
        );
        assert_eq!(Ids::of(IdSpace::None), Ids::Ordered);
        assert_eq!(Ids::of(IdSpace::Bytes), Ids::Exclusive);
    }
}
