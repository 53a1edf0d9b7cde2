//! What an Envoy configuration says of a half: the `filter_config` of a filter, the `transport_socket_config` of a socket.

use std::fmt;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The configuration of a half, JSON; in Envoy's YAML a `google.protobuf.Struct`.
///
/// Unknown keys and wrong values are refused with a message that names them. What is not stated has the value that is
/// documented here, and the log shows all values when the configuration is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The name that [`module!`](crate::module) gave the codec.
    pub(crate) codec: String,
    #[serde(default)]
    pub(crate) limits: Limits,
    /// How messages travel between the halves; both must be told the same.
    #[serde(default)]
    pub(crate) body: Body,
    /// What begins the names of headers that hold properties: lower-case letters, digits and hyphens.
    #[serde(default = "default_prefix")]
    pub(crate) header_prefix: String,
    #[serde(default)]
    pub(crate) headers: Headers,
    /// The property whose value is the `:authority` of requests, for `domains` of virtual hosts; where it is not stated,
    /// and in messages without it, the name of the codec.
    #[serde(default)]
    pub(crate) authority: Option<String>,
    #[serde(default)]
    pub(crate) heartbeats: Heartbeats,
}

/// Bounds of what a connection, and all connections of a worker thread, may hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// The largest message, bytes. The codec's own limit holds beside it. Default 16 MiB.
    #[serde(deserialize_with = "bound")]
    pub(crate) message_bytes: usize,
    /// Requests of one connection that may be unanswered; beyond, it is not read. Default 1024.
    #[serde(deserialize_with = "bound")]
    pub(crate) in_flight: usize,
    /// Bytes of one connection's unanswered requests beyond which it is not read. Default 32 MiB.
    #[serde(deserialize_with = "bound")]
    pub(crate) in_flight_bytes: usize,
    /// Bytes of all unanswered requests, and responses, on one worker thread, beyond which requests are answered with
    /// "over limit". Default 512 MiB.
    #[serde(deserialize_with = "bound")]
    pub(crate) worker_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 16 << 20,
            in_flight: 1024,
            in_flight_bytes: 32 << 20,
            worker_bytes: 512 << 20,
        }
    }
}

impl Limits {
    /// Those of the codec's driver.
    pub(crate) fn of_messages(&self) -> metaproto_codec::Limits {
        metaproto_codec::Limits {
            max_frame: self.message_bytes,
        }
    }
}

/// How messages travel between the halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    /// Beside HTTP, which carries their headers alone.
    #[default]
    Beside,
    /// As bodies of HTTP, for filters that must see them.
    Inline,
}

/// What is done with the heartbeats of a peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Heartbeats {
    /// They are answered here.
    #[default]
    Answer,
    /// Those of clients are routed like requests.
    Forward,
}

/// Which properties become headers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Headers {
    /// Those of requests. Default: all.
    pub(crate) request: Shown,
    /// Those of responses. Default: none.
    pub(crate) response: Shown,
}

impl Default for Headers {
    fn default() -> Self {
        Self {
            request: Shown::Every(Every::All),
            response: Shown::Every(Every::None),
        }
    }
}

/// A choice of properties: `all`, `none`, or a list of names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged, expecting = "`all`, `none` or a list of names of properties")]
pub(crate) enum Shown {
    /// All, or none.
    Every(Every),
    /// These.
    These(Vec<String>),
}

/// All properties, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Every {
    /// Each property.
    All,
    /// No property.
    None,
}

impl Shown {
    /// No property.
    pub(crate) const NONE: Self = Self::Every(Every::None);

    /// Whether the property `name` is among them, without regard to ASCII case.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::Every(every) => *every == Every::All,
            Self::These(names) => names.iter().any(|shown| shown.eq_ignore_ascii_case(name)),
        }
    }
}

/// Headers on which Envoy, or a half, acts; those that end in a hyphen are families.
const ACTED_ON: &[&str] = &[
    "accept-encoding",
    "access-control-",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-type",
    "grpc-",
    "keep-alive",
    "proxy-connection",
    "sec-websocket-",
    "set-cookie",
    "transfer-encoding",
    "user-agent",
    "x-b3-",
    "x-client-trace-id",
    "x-datadog-",
    "x-envoy-",
    "x-forwarded-",
    "x-metaproto-",
    "x-request-id",
];

/// What is wrong, with the key before it.
fn named(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let (path, what) = (error.path().to_string(), error.inner());
    // Of a key that is missing or unknown the message has the name, and the path leads to what it should be in.
    match path.as_str() {
        "." => what.to_string(),
        _ => format!("{path}: {what}"),
    }
}

/// A bound: at 0, nothing could pass.
fn bound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    struct Bound;

    impl Visitor<'_> for Bound {
        type Value = usize;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number, at least 1")
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<usize, E> {
            let bound = usize::try_from(value).ok().filter(|bound| *bound > 0);
            bound.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
        }
    }

    deserializer.deserialize_u64(Bound)
}

fn default_prefix() -> String {
    "mp-".to_owned()
}

impl Config {
    /// What holds where nothing but the codec is stated.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn of(codec: &str) -> Self {
        Self {
            codec: codec.to_owned(),
            limits: Limits::default(),
            body: Body::default(),
            header_prefix: default_prefix(),
            headers: Headers::default(),
            authority: None,
            heartbeats: Heartbeats::default(),
        }
    }

    /// Reads a configuration, and checks all that can be checked without the codec.
    ///
    /// # Errors
    ///
    /// A sentence that names the key and what is wrong with its value.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        // First the text, then what it means: a place in text is of no use to somebody who wrote YAML.
        let value: serde_json::Value =
            serde_json::from_slice(json).map_err(|error| format!("no JSON: {error}"))?;
        let config: Self =
            serde_path_to_error::deserialize(value).map_err(|error| named(&error))?;
        let prefix = &config.header_prefix;
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if prefix.len() < 2 || !prefix.ends_with('-') || !prefix.bytes().all(is_name) {
            return Err(format!(
                "header_prefix: {prefix:?} is none; it has lower-case letters, digits and hyphens, and ends with a hyphen: \"mp-\""
            ));
        }
        if let Some(acted_on) = ACTED_ON
            .iter()
            .find(|name| name.starts_with(prefix.as_str()) || prefix.starts_with(**name))
        {
            return Err(format!(
                "header_prefix: with {prefix:?} clients could set {acted_on}, on which Envoy acts; choose one of your own: \"mp-\""
            ));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        Config::parse(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_shortest_configuration_names_the_codec() {
        let config = Config::parse(br#"{"codec": "awesomerpc"}"#).unwrap();
        assert_eq!(config.codec, "awesomerpc");
        assert!(config.headers.request.has("cmd") && !config.headers.response.has("cmd"));
    }

    #[test]
    fn no_prefix_lets_clients_set_a_header_that_matters() {
        for prefix in [
            "x-envoy-",
            "x-envoy-retry-",
            "x-",
            "content-",
            "x-metaproto-",
            "mp",
            "-",
        ] {
            let text = refusal(&format!(r#"{{"codec": "x", "header_prefix": "{prefix}"}}"#));
            assert!(text.contains("header_prefix"), "{prefix}: {text}");
        }
        let own = r#"{"codec": "x", "header_prefix": "x-shop-"}"#;
        assert!(Config::parse(own.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, named) in [
            ("{}", "codec"),
            (r#"{"codec": "x", "limit": {}}"#, "unknown field `limit`"),
            (r#"{"codec": "x", "limits": {"in_flight": -1}}"#, "-1"),
            (
                r#"{"codec": "x", "limits": {"in_flight": 0}}"#,
                "limits.in_flight",
            ),
            (r#"{"codec": "x", "body": "beneath"}"#, "beneath"),
            (
                r#"{"codec": "x", "headers": {"request": 7}}"#,
                "`all`, `none` or a list",
            ),
            (r#"{"codec": "x", "header_prefix": "X_"}"#, "header_prefix"),
            (
                r#"{"codec": "x", "header_prefix": "x-envoy-"}"#,
                "header_prefix",
            ),
            ("codec=x", "no JSON"),
            (
                r#"{"codec": "x", "limits": {"worker_bytes": 1.5}}"#,
                "limits.worker_bytes",
            ),
        ] {
            let text = refusal(json);
            assert!(text.contains(named), "{json}: {text}");
        }
    }
}
