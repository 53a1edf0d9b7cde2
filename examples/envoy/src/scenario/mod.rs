//! What is checked, one feature in each file.

mod access_log;
mod circuit_breaking;
mod client_lost;
mod codec_panic;
mod deaf_client;
mod deaf_server;
mod drain;
mod fault_injection;
mod forwarded_heartbeats;
mod global_rate_limit;
mod half_close;
mod hash_policy;
mod heartbeats;
mod hostile_clients;
mod hostile_servers;
mod hot_restart;
mod inline_body;
mod large_messages;
mod load_balancing;
mod local_rate_limit;
mod local_replies;
mod malformed;
mod many_in_flight;
mod metrics;
mod mirroring;
mod multiplexing;
mod odd_properties;
mod one_at_a_time;
mod one_way;
mod outlier_detection;
mod rbac;
mod refused_configuration;
mod refused_mutation;
mod request_mutation;
mod response_mutation;
mod retry;
mod route_change;
mod routing;
mod server_lost;
mod server_restarted;
mod single_bytes;
mod streams;
mod timeout;
mod tls_downstream;
mod tls_upstream;
mod tracing;
mod two_workers;
mod vanished_clients;
mod virtual_hosts;
mod weighted_split;

use std::pin::Pin;

use anyhow::Result;

use crate::ground::Ground;
use crate::wire::Wire;

/// A running scenario.
pub(crate) type Run<'g> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'g>>;

/// One feature.
pub(crate) struct Scenario {
    /// As in the table.
    pub(crate) name: &'static str,
    /// Whether the protocol has what it takes.
    pub(crate) applies: fn(&dyn Wire) -> bool,
    /// Whether it is done once more where downstream halves are transport sockets.
    pub(crate) sockets: bool,
    /// Checks it.
    pub(crate) run: fn(&mut Ground) -> Run<'_>,
}

/// All, in the order of the table.
pub(crate) const ALL: &[Scenario] = &[
    always("routing by a property", routing::run),
    with(
        "virtual hosts by service",
        |wire| wire.service().is_some(),
        virtual_hosts::run,
    ),
    always("local replies", local_replies::run),
    with(
        "requests of all clients on one connection",
        has_ids,
        multiplexing::run,
    ),
    with(
        "one request at a time on a connection, replies in order",
        |wire| !wire.has_ids(),
        one_at_a_time::run,
    ),
    always("load balancing per request", load_balancing::run),
    always("hash policy", hash_policy::run),
    always("circuit breaking", circuit_breaking::run),
    always("outlier detection", outlier_detection::run),
    always("retry on an error reply", retry::run),
    always("timeout", timeout::run),
    always("weighted split", weighted_split::run),
    always("routes replaced under load", route_change::run),
    always("mirroring", mirroring::run),
    always("local rate limit", local_rate_limit::run),
    always("global rate limit", global_rate_limit::run),
    always("changes of requests", request_mutation::run),
    always("changes of responses", response_mutation::run),
    always("a change that the codec refuses", refused_mutation::run),
    with(
        "properties that HTTP cannot carry",
        |wire| wire.tag().is_some(),
        odd_properties::run,
    ),
    always("messages in bodies of HTTP", inline_body::run),
    always("fault injection", fault_injection::run),
    always("RBAC", rbac::run),
    always("access log", access_log::run),
    always("tracing", tracing::run),
    always("metrics", metrics::run),
    with("one-way requests", |wire| wire.has_one_way(), one_way::run),
    with(
        "heartbeats of both sides",
        |wire| wire.ping(0).is_some(),
        heartbeats::run,
    ),
    with(
        "heartbeats routed like requests",
        |wire| wire.ping(0).is_some(),
        forwarded_heartbeats::run,
    ),
    with("streams", |wire| wire.name() == "tRPC", streams::run),
    of_filters("TLS downstream", tls_downstream::run),
    always("TLS upstream", tls_upstream::run),
    always("bytes that are not the protocol", malformed::run),
    always("a server that ends the connection", server_lost::run),
    always("a client that ends the connection", client_lost::run),
    always("half close", half_close::run),
    always("drain", drain::run),
    always("two worker threads", two_workers::run),
    of_filters("mistakes in configurations", refused_configuration::run),
    of_filters("hot restart", hot_restart::run),
    always("large messages", large_messages::run),
    always("bytes that come one by one", single_bytes::run),
    with(
        "3000 requests in flight on one connection",
        has_ids,
        many_in_flight::run,
    ),
    always("a client that never reads", deaf_client::run),
    always("a server that never reads", deaf_server::run),
    always("clients that vanish under load", vanished_clients::run),
    always(
        "a server killed and restarted under load",
        server_restarted::run,
    ),
    always(
        "hostile bytes from clients, others under load",
        hostile_clients::run,
    ),
    always(
        "hostile bytes from servers, others under load",
        hostile_servers::run,
    ),
    with(
        "a codec that panics",
        |wire| wire.name() == "awesomeRPC",
        codec_panic::run,
    ),
];

const fn always(name: &'static str, run: fn(&mut Ground) -> Run<'_>) -> Scenario {
    with(name, |_| true, run)
}

const fn with(
    name: &'static str,
    applies: fn(&dyn Wire) -> bool,
    run: fn(&mut Ground) -> Run<'_>,
) -> Scenario {
    Scenario {
        name,
        applies,
        sockets: true,
        run,
    }
}

/// What has no meaning, or no other one, where downstream halves are transport sockets.
const fn of_filters(name: &'static str, run: fn(&mut Ground) -> Run<'_>) -> Scenario {
    Scenario {
        sockets: false,
        ..always(name, run)
    }
}

fn has_ids(wire: &dyn Wire) -> bool {
    wire.has_ids()
}
