//! A proxy that routes any codec's messages over real sockets: a development host, not a product.
//!
//! It finds the first [`Route`] that a request matches, changes the request as the route says, sends it to an endpoint
//! of the route's cluster, and brings the response back with its own request id. What it cannot forward it answers in
//! the protocol's own terms. Where the protocol numbers its requests, all clients share one connection to each
//! endpoint; otherwise a connection to an endpoint serves one request at a time.
//!
//! Guarantees:
//!
//! * A request is answered exactly once, a one-way request never.
//! * Of requests of one client that have the same id, the answers come in the order of the requests.
//! * What is in flight for one client is bounded; a slow peer slows down its own counterpart and nothing else.
//! * A malformed byte stream ends its own connection only.
//!
//! Streams are not forwarded.

mod config;
mod connection;
mod limit;
#[cfg(feature = "proxy-program")]
mod program;
mod route;
mod stats;
mod task;
mod upstream;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metaproto_codec::{Codec, Limits, Metadata};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use self::config::{
    Action, Changes, Cluster, Config, ConfigError, Heartbeat, Match, OPERATION_KEY, Route, Test,
    TokenBucket, Weighted,
};
#[cfg(feature = "proxy-program")]
pub use self::program::main;
pub use self::route::Routes;
pub use self::stats::{ClusterStats, Stats};

use self::stats::Recorder;
use self::task::Task;

/// Makes a codec; called for each direction of each connection.
pub type CodecFactory = Arc<dyn Fn() -> Box<dyn Codec> + Send + Sync>;

/// Why a proxy does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// A running proxy. It stops when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    recorder: Arc<Recorder>,
    accepting: Task,
}

impl Proxy {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// A mistake in the configuration, or an address that cannot be listened on.
    pub async fn start(config: Config, factory: CodecFactory) -> Result<Self, StartError> {
        config.check()?;
        let failed = |source| StartError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let host = Arc::new(Host::new(config, factory)?);
        let recorder = Arc::clone(&host.recorder);
        Ok(Self {
            address,
            recorder,
            accepting: Task::spawn(accept(listener, host)),
        })
    }

    /// The address on which it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The counts up to now.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.recorder.snapshot()
    }

    /// Stops listening and closes all connections.
    pub async fn shutdown(self) {
        self.accepting.stop().await;
    }
}

/// What all connections of a proxy share.
struct Host {
    factory: CodecFactory,
    limits: Limits,
    heartbeat: Heartbeat,
    routes: Routes,
    clusters: HashMap<String, Arc<upstream::Cluster>>,
    recorder: Arc<Recorder>,
    ids: upstream::Ids,
}

impl Host {
    fn new(config: Config, factory: CodecFactory) -> Result<Self, ConfigError> {
        let recorder = Arc::<Recorder>::default();
        let limits = Limits {
            max_frame: config.max_frame,
        };
        let ids = upstream::Ids::of(factory().capabilities().request_id);
        let cluster = |cluster: Cluster| {
            let name = cluster.name.clone();
            let dialer = upstream::Dialer {
                factory: Arc::clone(&factory),
                limits,
                ids,
                recorder: Arc::clone(&recorder),
            };
            (name, Arc::new(upstream::Cluster::new(cluster, dialer)))
        };
        Ok(Self {
            routes: Routes::new(config.routes)?,
            clusters: config.clusters.into_iter().map(cluster).collect(),
            heartbeat: config.heartbeat,
            factory: Arc::clone(&factory),
            limits,
            recorder,
            ids,
        })
    }

    fn route(&self, request: &Metadata) -> Option<Arc<route::Route>> {
        self.routes.route(request).cloned()
    }
}

async fn accept(listener: TcpListener, host: Arc<Host>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                host.recorder.update(|stats| stats.connections += 1);
                connections.spawn(connection::serve(stream, peer, Arc::clone(&host)));
            }
            // Out of file descriptors, most likely; some may soon be free.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}
