//! What a proxy has seen and done.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use metaproto_codec::ErrorType;

/// How many error texts are kept.
const RECENT: usize = 8;

/// Counts since the start of a [`Proxy`](super::Proxy); `Display` renders them as a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Connections of clients, accepted.
    pub connections: u64,
    /// Requests of clients that are owed a response.
    pub requests: u64,
    /// One-way requests of clients.
    pub one_ways: u64,
    /// One-way requests that could not be forwarded.
    pub one_ways_lost: u64,
    /// Responses of upstreams, returned to clients.
    pub responses: u64,
    /// Responses of upstreams for which no request waits any more.
    pub late_responses: u64,
    /// Heartbeats of clients.
    pub heartbeats: u64,
    /// Messages that the proxy does not forward: stream frames, and heartbeat answers that nobody waits for.
    pub ignored: u64,
    /// Mutations that the codec refused.
    pub refused_mutations: u64,
    /// Byte streams of clients or upstreams that stopped being the protocol.
    pub decode_errors: u64,
    /// The latest decode errors and refused mutations, oldest first.
    pub recent_errors: VecDeque<String>,
    /// Requests matched by each route, one-way ones included.
    pub routes: BTreeMap<String, u64>,
    /// Requests sent to each cluster, one-way ones included.
    pub clusters: BTreeMap<String, ClusterStats>,
    local_replies: [u64; ErrorType::ALL.len()],
}

/// Counts of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterStats {
    /// Requests sent to any endpoint.
    pub requests: u64,
    /// Requests sent to each endpoint.
    pub endpoints: BTreeMap<SocketAddr, u64>,
}

impl Stats {
    /// Requests that the proxy answered itself, for this reason.
    #[must_use]
    pub fn local_replies(&self, reason: ErrorType) -> u64 {
        index(reason)
            .and_then(|at| self.local_replies.get(at))
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn count_local_reply(&mut self, reason: ErrorType) {
        if let Some(count) = index(reason).and_then(|at| self.local_replies.get_mut(at)) {
            *count += 1;
        }
    }

    pub(super) fn count_forward(&mut self, cluster: &str, endpoint: SocketAddr) {
        let cluster = entry(&mut self.clusters, cluster);
        cluster.requests += 1;
        *cluster.endpoints.entry(endpoint).or_default() += 1;
    }

    pub(super) fn count_route(&mut self, route: &str) {
        *entry(&mut self.routes, route) += 1;
    }

    pub(super) fn count_decode_error(&mut self, text: String) {
        self.decode_errors += 1;
        self.keep(text);
    }

    pub(super) fn count_refusal(&mut self, text: String) {
        self.refused_mutations += 1;
        self.keep(text);
    }

    fn keep(&mut self, text: String) {
        if self.recent_errors.len() == RECENT {
            self.recent_errors.pop_front();
        }
        self.recent_errors.push_back(text);
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let totals = [
            ("connections", self.connections),
            ("requests", self.requests),
            ("one-ways", self.one_ways),
            ("one-ways lost", self.one_ways_lost),
            ("responses", self.responses),
            ("late responses", self.late_responses),
            ("heartbeats", self.heartbeats),
            ("ignored", self.ignored),
            ("refused mutations", self.refused_mutations),
            ("decode errors", self.decode_errors),
        ];
        for (name, count) in totals {
            writeln!(f, "{name:<40}{count:>10}")?;
        }
        for reason in ErrorType::ALL {
            let name = format!("local reply {}", reason.as_str());
            writeln!(f, "{name:<40}{:>10}", self.local_replies(reason))?;
        }
        for (route, count) in &self.routes {
            writeln!(f, "{:<40}{count:>10}", format!("route {route}"))?;
        }
        for (cluster, stats) in &self.clusters {
            writeln!(
                f,
                "{:<40}{:>10}",
                format!("cluster {cluster}"),
                stats.requests
            )?;
            for (endpoint, count) in &stats.endpoints {
                writeln!(f, "{:<40}{count:>10}", format!("  {endpoint}"))?;
            }
        }
        self.recent_errors
            .iter()
            .try_for_each(|error| writeln!(f, "error: {error}"))
    }
}

/// The counts of a running proxy.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Stats>);

impl Recorder {
    pub(super) fn update<R>(&self, change: impl FnOnce(&mut Stats) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn snapshot(&self) -> Stats {
        self.update(|stats| stats.clone())
    }
}

fn index(reason: ErrorType) -> Option<usize> {
    ErrorType::ALL.iter().position(|known| *known == reason)
}

fn entry<'a, V: Default>(map: &'a mut BTreeMap<String, V>, name: &str) -> &'a mut V {
    map.entry(name.to_owned()).or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_everything_and_keeps_few_errors() {
        let mut stats = Stats::default();
        stats.count_route("reads");
        stats.count_forward("blue", "127.0.0.1:9".parse().unwrap());
        stats.count_local_reply(ErrorType::OverLimit);
        (0..20).for_each(|number| stats.count_decode_error(format!("error {number}")));
        let table = stats.to_string();
        for part in [
            "route reads",
            "cluster blue",
            "127.0.0.1:9",
            "over_limit",
            "error 19",
        ] {
            assert!(table.contains(part), "{part} is missing from\n{table}");
        }
        assert_eq!(stats.recent_errors.len(), RECENT);
        assert_eq!(stats.local_replies(ErrorType::OverLimit), 1);
    }
}
