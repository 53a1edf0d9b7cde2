//! What a proxy shall do, as a value and as YAML.
//!
//! ```
//! use metaproto_testkit::proxy::{Config, Match, Route};
//!
//! let endpoint = "127.0.0.1:9000".parse().unwrap();
//! let built = Config::default()
//!     .cluster("blue", [endpoint])
//!     .route(Route::to("reads", "blue").when(Match::prefix(":operation", "get")).timeout_ms(500));
//!
//! let read = Config::from_yaml(
//!     "
//! clusters:
//!   - { name: blue, endpoints: ['127.0.0.1:9000'] }
//! routes:
//!   - name: reads
//!     matches: [{ key: ':operation', prefix: get }]
//!     cluster: blue
//!     timeout_ms: 500
//! ",
//! )
//! .unwrap();
//! assert_eq!(built, read);
//! ```

use std::collections::{BTreeMap, HashSet};
use std::net::{Ipv4Addr, SocketAddr};

use regex::Regex;
use serde::Deserialize;

/// The pseudo-key under which a [`Match`] finds the operation of a request.
pub const OPERATION_KEY: &str = ":operation";

/// Everything that a [`Proxy`](super::Proxy) is told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen. Default `127.0.0.1:0`, a free port of the loopback interface.
    pub listen: SocketAddr,
    /// The upstreams.
    pub clusters: Vec<Cluster>,
    /// Tried in order; the first that matches wins.
    pub routes: Vec<Route>,
    /// The largest message in either direction, bytes, beside the codec's own limit. Default 16 MiB.
    pub max_frame: usize,
    /// Who answers heartbeats of clients.
    pub heartbeat: Heartbeat,
}

/// Who answers heartbeats of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heartbeat {
    /// The proxy, at once.
    #[default]
    Answer,
    /// The upstream to which the heartbeat is routed, as if it were a request.
    Forward,
}

/// A named set of endpoints that serve the same requests.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// The name that routes use.
    pub name: String,
    /// Taken in turn. None at all is legal: every request is then answered with `NoHealthyUpstream`.
    #[serde(default)]
    pub endpoints: Vec<SocketAddr>,
}

/// Which requests go where, and what is changed on the way.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "RawRoute")]
pub struct Route {
    /// For statistics and error messages.
    pub name: String,
    /// All must hold; none at all matches every request.
    pub matches: Vec<Match>,
    /// Where matching requests go.
    pub action: Action,
    /// Changes to the request before it is forwarded.
    pub request: Changes,
    /// Changes to the response before it is returned.
    pub response: Changes,
    /// How many requests the route lets through.
    pub rate_limit: Option<TokenBucket>,
    /// How long a response may take, milliseconds. Default: for ever.
    pub timeout_ms: Option<u64>,
}

/// Where matching requests go. In YAML either `cluster:` or `weighted:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// To the cluster of this name. If there is none, requests are answered with `ClusterNotFound`.
    Cluster(String),
    /// To several clusters, in proportion to their weights.
    Weighted(Vec<Weighted>),
}

/// One share of [`Action::Weighted`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighted {
    /// Name of the cluster.
    pub cluster: String,
    /// Its share, out of the sum of all weights.
    pub weight: u32,
}

/// A condition on one property of a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawMatch")]
pub struct Match {
    /// Name of the property, or [`OPERATION_KEY`].
    pub key: String,
    /// What must hold of its value; an absent property satisfies only `Present(false)`.
    pub test: Test,
    /// Whether the condition must *not* hold.
    pub invert: bool,
}

/// What must hold of a property's value. In YAML, exactly one of `exact`, `prefix`, `suffix`, `regex`, `present`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is this text.
    Exact(String),
    /// It starts with this text.
    Prefix(String),
    /// It ends with this text.
    Suffix(String),
    /// This regular expression matches the whole of it.
    Regex(String),
    /// The property exists (`true`) or does not (`false`).
    Present(bool),
}

/// Changes to the properties of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Changes {
    /// Properties to set, by key.
    pub set: BTreeMap<String, String>,
    /// Properties to remove.
    pub remove: Vec<String>,
}

/// A rate limit: each request takes one token; tokens come back at intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenBucket {
    /// What the bucket holds at most, and at the start.
    pub max_tokens: u32,
    /// How many tokens are added after each interval.
    pub tokens_per_fill: u32,
    /// The interval, milliseconds.
    pub fill_interval_ms: u64,
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is not YAML of this shape.
    #[error("configuration: {0}")]
    Yaml(String),
    /// Two clusters or two routes have the same name.
    #[error("{what} {name:?} is defined twice")]
    Duplicate {
        /// `cluster` or `route`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A cluster, a route or the key of a match has no name.
    #[error("{what} must not be empty")]
    Unnamed {
        /// What lacks a name.
        what: String,
    },
    /// A regular expression does not compile.
    #[error("route {route:?}, key {key:?}: {source}")]
    Regex {
        /// Name of the route.
        route: String,
        /// Key of the match.
        key: String,
        /// What the expression's parser says.
        source: Box<regex::Error>,
    },
    /// Weights are missing or sum to nothing.
    #[error("route {route:?}: the weights must sum to at least 1")]
    Weights {
        /// Name of the route.
        route: String,
    },
    /// A number that cannot be zero is.
    #[error("{place}: {name} must be at least 1")]
    Zero {
        /// The route, or the configuration itself.
        place: String,
        /// The setting.
        name: &'static str,
    },
    /// A property is both set and removed.
    #[error("route {route:?}: key {key:?} is both set and removed")]
    Contradiction {
        /// Name of the route.
        route: String,
        /// The key.
        key: String,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clusters: Vec::new(),
            routes: Vec::new(),
            max_frame: 16 << 20,
            heartbeat: Heartbeat::Answer,
        }
    }
}

impl Config {
    /// Reads YAML and [checks](Self::check) it. Unknown keys are errors.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn from_yaml(text: &str) -> Result<Self, ConfigError> {
        let config: Self =
            serde_saphyr::from_str(text).map_err(|error| ConfigError::Yaml(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Adds a cluster.
    #[must_use]
    pub fn cluster(
        mut self,
        name: impl Into<String>,
        endpoints: impl IntoIterator<Item = SocketAddr>,
    ) -> Self {
        let endpoints = endpoints.into_iter().collect();
        self.clusters.push(Cluster {
            name: name.into(),
            endpoints,
        });
        self
    }

    /// Adds a route, after those that are there.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    /// Looks for mistakes that can be seen before any traffic.
    ///
    /// A route to a cluster that does not exist is no mistake: its requests are answered with `ClusterNotFound`.
    ///
    /// # Errors
    ///
    /// The first mistake, naming the route, cluster or key.
    pub fn check(&self) -> Result<(), ConfigError> {
        at_least_one(self.max_frame != 0, || "configuration".into(), "max_frame")?;
        unique(
            "cluster",
            self.clusters.iter().map(|cluster| &*cluster.name),
        )?;
        unique("route", self.routes.iter().map(|route| &*route.name))?;
        self.routes.iter().try_for_each(Route::check)
    }
}

impl Route {
    /// A route of every request to one cluster.
    #[must_use]
    pub fn to(name: impl Into<String>, cluster: impl Into<String>) -> Self {
        Self::new(name, Action::Cluster(cluster.into()))
    }

    /// A route of every request to several clusters, in proportion to their weights.
    #[must_use]
    pub fn split<C: Into<String>>(
        name: impl Into<String>,
        shares: impl IntoIterator<Item = (C, u32)>,
    ) -> Self {
        let share = |(cluster, weight): (C, u32)| Weighted {
            cluster: cluster.into(),
            weight,
        };
        Self::new(
            name,
            Action::Weighted(shares.into_iter().map(share).collect()),
        )
    }

    /// Adds a condition.
    #[must_use]
    pub fn when(mut self, condition: Match) -> Self {
        self.matches.push(condition);
        self
    }

    /// States the changes to the request.
    #[must_use]
    pub fn request(mut self, changes: Changes) -> Self {
        self.request = changes;
        self
    }

    /// States the changes to the response.
    #[must_use]
    pub fn response(mut self, changes: Changes) -> Self {
        self.response = changes;
        self
    }

    /// Limits the rate.
    #[must_use]
    pub fn rate_limit(mut self, bucket: TokenBucket) -> Self {
        self.rate_limit = Some(bucket);
        self
    }

    /// Limits the wait for a response, milliseconds.
    #[must_use]
    pub fn timeout_ms(mut self, milliseconds: u64) -> Self {
        self.timeout_ms = Some(milliseconds);
        self
    }

    fn new(name: impl Into<String>, action: Action) -> Self {
        Self {
            name: name.into(),
            matches: Vec::new(),
            action,
            request: Changes::default(),
            response: Changes::default(),
            rate_limit: None,
            timeout_ms: None,
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        for condition in &self.matches {
            condition.check(&self.name)?;
        }
        if let Action::Weighted(shares) = &self.action
            && shares.iter().all(|share| share.weight == 0)
        {
            return Err(ConfigError::Weights {
                route: self.name.clone(),
            });
        }
        let place = || format!("route {:?}", self.name);
        at_least_one(self.timeout_ms != Some(0), place, "timeout_ms")?;
        if let Some(bucket) = self.rate_limit {
            at_least_one(bucket.fill_interval_ms != 0, place, "fill_interval_ms")?;
        }
        self.request.check(&self.name)?;
        self.response.check(&self.name)
    }
}

impl Match {
    /// The value is `text`.
    #[must_use]
    pub fn exact(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(key, Test::Exact(text.into()))
    }

    /// The value starts with `text`.
    #[must_use]
    pub fn prefix(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(key, Test::Prefix(text.into()))
    }

    /// The value ends with `text`.
    #[must_use]
    pub fn suffix(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(key, Test::Suffix(text.into()))
    }

    /// The regular expression matches the whole value.
    #[must_use]
    pub fn regex(key: impl Into<String>, expression: impl Into<String>) -> Self {
        Self::new(key, Test::Regex(expression.into()))
    }

    /// The property exists.
    #[must_use]
    pub fn present(key: impl Into<String>) -> Self {
        Self::new(key, Test::Present(true))
    }

    /// The opposite of this condition.
    #[must_use]
    pub fn invert(mut self) -> Self {
        self.invert = !self.invert;
        self
    }

    fn new(key: impl Into<String>, test: Test) -> Self {
        Self {
            key: key.into(),
            test,
            invert: false,
        }
    }

    fn check(&self, route: &str) -> Result<(), ConfigError> {
        if self.key.is_empty() {
            return Err(ConfigError::Unnamed {
                what: format!("route {route:?}: key of a match"),
            });
        }
        self.regex_of(route).map(drop)
    }

    /// The expression of a regex match in `route`, compiled.
    pub(super) fn regex_of(&self, route: &str) -> Result<Option<Regex>, ConfigError> {
        let Test::Regex(expression) = &self.test else {
            return Ok(None);
        };
        // Compiled alone first, so that an unbalanced `)` cannot pair with the group added here.
        Regex::new(expression)
            .and_then(|_| Regex::new(&format!("^(?:{expression})$")))
            .map(Some)
            .map_err(|source| ConfigError::Regex {
                route: route.into(),
                key: self.key.clone(),
                source: Box::new(source),
            })
    }
}

impl Changes {
    /// Sets a property.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.set.insert(key.into(), value.into());
        self
    }

    /// Removes a property.
    #[must_use]
    pub fn remove(mut self, key: impl Into<String>) -> Self {
        self.remove.push(key.into());
        self
    }

    fn check(&self, route: &str) -> Result<(), ConfigError> {
        let is_set = |key: &&String| self.set.keys().any(|other| other.eq_ignore_ascii_case(key));
        match self.remove.iter().find(is_set) {
            Some(key) => Err(ConfigError::Contradiction {
                route: route.into(),
                key: key.clone(),
            }),
            None => Ok(()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoute {
    name: String,
    #[serde(default)]
    matches: Vec<Match>,
    cluster: Option<String>,
    weighted: Option<Vec<Weighted>>,
    #[serde(default)]
    request: Changes,
    #[serde(default)]
    response: Changes,
    rate_limit: Option<TokenBucket>,
    timeout_ms: Option<u64>,
}

impl TryFrom<RawRoute> for Route {
    type Error = String;

    fn try_from(raw: RawRoute) -> Result<Self, String> {
        let RawRoute {
            name,
            matches,
            cluster,
            weighted,
            request,
            response,
            rate_limit,
            timeout_ms,
        } = raw;
        let action = match (cluster, weighted) {
            (Some(cluster), None) => Action::Cluster(cluster),
            (None, Some(shares)) => Action::Weighted(shares),
            _ => return Err(format!("route {name:?}: give either cluster or weighted")),
        };
        Ok(Self {
            name,
            matches,
            action,
            request,
            response,
            rate_limit,
            timeout_ms,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatch {
    key: String,
    exact: Option<String>,
    prefix: Option<String>,
    suffix: Option<String>,
    regex: Option<String>,
    present: Option<bool>,
    #[serde(default)]
    invert: bool,
}

impl TryFrom<RawMatch> for Match {
    type Error = String;

    fn try_from(raw: RawMatch) -> Result<Self, String> {
        let RawMatch {
            key,
            exact,
            prefix,
            suffix,
            regex,
            present,
            invert,
        } = raw;
        let mut tests = [
            exact.map(Test::Exact),
            prefix.map(Test::Prefix),
            suffix.map(Test::Suffix),
            regex.map(Test::Regex),
            present.map(Test::Present),
        ]
        .into_iter()
        .flatten();
        match (tests.next(), tests.next()) {
            (Some(test), None) => Ok(Self { key, test, invert }),
            _ => Err(format!(
                "key {key:?}: give one of exact, prefix, suffix, regex, present"
            )),
        }
    }
}

fn unique<'a>(what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), ConfigError> {
    let mut seen = HashSet::new();
    for name in names {
        if name.is_empty() {
            return Err(ConfigError::Unnamed {
                what: format!("name of a {what}"),
            });
        }
        if !seen.insert(name) {
            return Err(ConfigError::Duplicate {
                what,
                name: name.into(),
            });
        }
    }
    Ok(())
}

fn at_least_one(
    holds: bool,
    place: impl FnOnce() -> String,
    name: &'static str,
) -> Result<(), ConfigError> {
    if holds {
        Ok(())
    } else {
        Err(ConfigError::Zero {
            place: place(),
            name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(yaml: &str) -> String {
        Config::from_yaml(yaml).unwrap_err().to_string()
    }

    #[test]
    fn reads_everything() {
        let config = Config::from_yaml(
            "
listen: 127.0.0.1:7000
max_frame: 4096
heartbeat: forward
clusters:
  - { name: a, endpoints: ['127.0.0.1:1', '127.0.0.1:2'] }
  - { name: b }
routes:
  - name: split
    matches:
      - { key: zone, exact: eu, invert: true }
      - { key: user, regex: 'u[0-9]+' }
      - { key: trace, present: false }
    weighted: [{ cluster: a, weight: 90 }, { cluster: b, weight: 10 }]
    request: { set: { zone: us }, remove: [trace] }
    response: { set: { via: proxy } }
    rate_limit: { max_tokens: 2, tokens_per_fill: 1, fill_interval_ms: 100 }
    timeout_ms: 250
",
        )
        .unwrap();
        assert_eq!(config.heartbeat, Heartbeat::Forward);
        assert_eq!(config.clusters[0].endpoints.len(), 2);
        let route = &config.routes[0];
        assert_eq!(route.matches[0], Match::exact("zone", "eu").invert());
        assert_eq!(route.matches[2].test, Test::Present(false));
        assert_eq!(
            route.request,
            Changes::default().set("zone", "us").remove("trace")
        );
        assert_eq!(route.timeout_ms, Some(250));
    }

    #[test]
    fn errors_name_the_place() {
        assert!(error("nonsense: 1").contains("nonsense"));
        assert!(error("clusters: [{ name: a }, { name: a }]").contains("cluster \"a\""));
        assert!(error("routes: [{ name: r }]").contains("route \"r\""));
        assert!(
            error("routes: [{ name: r, cluster: a, matches: [{ key: k }] }]").contains("\"k\"")
        );
        let both = "routes: [{ name: r, cluster: a, matches: [{ key: k, exact: a, prefix: b }] }]";
        assert!(error(both).contains("one of exact"));
        let regex = error("routes: [{ name: r, cluster: a, matches: [{ key: k, regex: '(' }] }]");
        assert!(regex.starts_with("route \"r\", key \"k\""), "{regex}");
        let weights = error("routes: [{ name: r, weighted: [{ cluster: a, weight: 0 }] }]");
        assert!(weights.contains("route \"r\""));
        assert!(error("routes: [{ name: r, cluster: a, timeout_ms: 0 }]").contains("timeout_ms"));
        let set = "routes: [{ name: r, cluster: a, request: { set: { k: v }, remove: [k] } }]";
        assert!(error(set).contains("both set and removed"));
        assert!(error("max_frame: 0").contains("max_frame"));
    }

    #[test]
    fn an_unknown_cluster_is_no_mistake() {
        Config::default()
            .route(Route::to("r", "nowhere"))
            .check()
            .unwrap();
    }
}
