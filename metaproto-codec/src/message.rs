//! What a message is, and what a host asks a codec to tell a peer.

use std::fmt;

/// The side of a connection from which bytes come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server ("c2s"): requests, pings, stream frames.
    #[default]
    ClientToServer,
    /// From the server to the client ("s2c"): responses, pongs, stream frames.
    ServerToClient,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::ClientToServer => Self::ServerToClient,
            Self::ServerToClient => Self::ClientToServer,
        }
    }

    /// `"c2s"` or `"s2c"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientToServer => "c2s",
            Self::ServerToClient => "s2c",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MessageType {
    /// A request that is owed exactly one response.
    #[default]
    Request,
    /// A request that is never answered, not even with an error.
    OneWay,
    /// A response that reports success.
    Response,
    /// A response that reports an error.
    Error,
    /// A heartbeat that is owed one [`Pong`](Self::Pong).
    Ping,
    /// The answer to a heartbeat.
    Pong,
    /// Opens a stream.
    StreamInit,
    /// Carries data of an open stream.
    StreamData,
    /// Ends a stream.
    StreamClose,
    /// Tells the other side of the connection something that is never answered: that this side drains, for instance.
    Event,
}

impl MessageType {
    /// Every kind, in declaration order.
    pub const ALL: [Self; 10] = [
        Self::Request,
        Self::OneWay,
        Self::Response,
        Self::Error,
        Self::Ping,
        Self::Pong,
        Self::StreamInit,
        Self::StreamData,
        Self::StreamClose,
        Self::Event,
    ];

    /// The stable name that `dump --json` prints: `request`, `oneway`, `response`, `error`, `ping`, `pong`,
    /// `stream_init`, `stream_data`, `stream_close`, `event`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::OneWay => "oneway",
            Self::Response => "response",
            Self::Error => "error",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::StreamInit => "stream_init",
            Self::StreamData => "stream_data",
            Self::StreamClose => "stream_close",
            Self::Event => "event",
        }
    }

    /// Whether a message of this kind may travel in `direction`.
    ///
    /// Heartbeats, stream frames and events may go both ways; requests only to the server, responses only to the client.
    #[must_use]
    pub const fn may_travel(self, direction: Direction) -> bool {
        match self {
            Self::Request | Self::OneWay => matches!(direction, Direction::ClientToServer),
            Self::Response | Self::Error => matches!(direction, Direction::ServerToClient),
            Self::Ping
            | Self::Pong
            | Self::StreamInit
            | Self::StreamData
            | Self::StreamClose
            | Self::Event => true,
        }
    }

    /// Whether the sender waits for an answer to this message.
    #[must_use]
    pub const fn expects_reply(self) -> bool {
        matches!(self, Self::Request | Self::Ping | Self::StreamInit)
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a response says of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseStatus {
    /// The request was served.
    Ok,
    /// The request failed.
    Error,
}

impl ResponseStatus {
    /// `"ok"` or `"error"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
        }
    }
}

/// Why a host answers a request itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// No route matches the request.
    RouteNotFound,
    /// The route names a cluster that does not exist.
    ClusterNotFound,
    /// The cluster has no endpoint that can be reached.
    NoHealthyUpstream,
    /// The upstream answered with something that is not a response, or not in time.
    BadResponse,
    /// Anything else.
    Unspecified,
    /// A rate limit refused the request.
    OverLimit,
}

impl ErrorType {
    /// Every error type, in declaration order.
    pub const ALL: [Self; 6] = [
        Self::RouteNotFound,
        Self::ClusterNotFound,
        Self::NoHealthyUpstream,
        Self::BadResponse,
        Self::Unspecified,
        Self::OverLimit,
    ];

    /// The name in snake case, as it is spelt in `#[header(status(..))]`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RouteNotFound => "route_not_found",
            Self::ClusterNotFound => "cluster_not_found",
            Self::NoHealthyUpstream => "no_healthy_upstream",
            Self::BadResponse => "bad_response",
            Self::Unspecified => "unspecified",
            Self::OverLimit => "over_limit",
        }
    }
}

/// The fault that a *host* asks a codec to report to a peer, see [`Codec::on_error`](crate::Codec::on_error).
///
/// What goes wrong *inside* a codec is a [`CodecError`](crate::CodecError).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error<'a> {
    /// What happened, for the protocol's status code.
    pub r#type: ErrorType,
    /// Text for a human. A codec may shorten it, and leaves it out where the protocol has no place for it.
    pub message: &'a str,
}
