//! `DestinationRule`: subsets of a host, and how connections to it are made and spread.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::Head;
use super::attributes::property;
use super::meta_router::exported_to_all;
use crate::problem::{Place, Problem, Problems};
use crate::reader::Fields;

const ANY: std::ops::RangeInclusive<u64> = 0..=u32::MAX as u64;

/// A host's subsets and policies.
#[derive(Debug)]
pub(crate) struct DestinationRule {
    pub(crate) place: Place,
    pub(crate) namespace: String,
    /// `None` where it names none, which is among its problems.
    pub(crate) host: Option<String>,
    pub(crate) policy: Policy,
    pub(crate) subsets: Vec<Subset>,
    /// What is wrong with it, which matters only where its host does.
    pub(crate) problems: Vec<Problem>,
}

/// The endpoints that have certain labels.
#[derive(Debug)]
pub(crate) struct Subset {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) policy: Policy,
}

/// A traffic policy. What a subset states replaces what the host states, part by part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) balancing: Option<Balancing>,
    pub(crate) pool: Option<Pool>,
    pub(crate) outliers: Option<Outliers>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Balancing {
    /// One of Envoy's policies.
    Simple(&'static str),
    /// Messages alike go to the same endpoint.
    Hash { of: HashOf, by: Algorithm },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HashOf {
    /// A property, lower-case.
    Property(String),
    /// The address of the client.
    Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    RingHash { minimum_size: u64 },
    Maglev { table_size: Option<u64> },
}

/// Bounds of the connections to one cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) max_connections: Option<u64>,
    pub(crate) max_pending_requests: Option<u64>,
    pub(crate) max_requests: Option<u64>,
    pub(crate) max_retries: Option<u64>,
    pub(crate) max_requests_per_connection: Option<u64>,
    pub(crate) idle_timeout: Option<Duration>,
}

/// When an endpoint is left alone for a while.
#[derive(Clone, Debug)]
pub(crate) struct Outliers {
    pub(crate) consecutive_errors: Option<u64>,
    pub(crate) consecutive_gateway_errors: Option<u64>,
    pub(crate) interval: Option<Duration>,
    pub(crate) base_ejection_time: Option<Duration>,
    pub(crate) max_ejection_percent: Option<u64>,
    pub(crate) min_health_percent: u64,
}

impl DestinationRule {
    pub(crate) fn read(place: Place, document: &Value, head: &Head) -> Self {
        let problems = Problems::default();
        // The fields must be gone before the problems are complete.
        let rule = Fields::of(place.clone(), document, &problems).and_then(|document| {
            document.ignore_rest();
            document.require("spec", "an object with host");
            Self::of(&document.object("spec")?, head)
        });
        let mut rule = rule.unwrap_or_else(|| Self {
            place,
            namespace: head.namespace.clone(),
            host: None,
            policy: Policy::default(),
            subsets: Vec::new(),
            problems: Vec::new(),
        });
        rule.problems = problems.into_vec();
        rule
    }

    fn of(spec: &Fields<'_>, head: &Head) -> Option<Self> {
        exported_to_all(spec);
        spec.refuse(
            "workloadSelector",
            "one Envoy's configuration knows no workloads: remove this, and leave the document out where it is not to hold",
        );
        let host = spec.needed("host");
        let policy = Policy::read(spec);
        let subsets = spec.objects("subsets");
        let subsets = subsets.iter().filter_map(Subset::read).collect();
        Some(Self {
            place: spec.at("host"),
            namespace: head.namespace.clone(),
            host,
            policy,
            subsets,
            problems: Vec::new(),
        })
    }
}

impl Subset {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.needed("name");
        let labels = fields.labels("labels");
        if labels.is_empty() {
            fields.report("labels", "none: name the labels of this subset's endpoints");
        }
        let policy = Policy::read(fields);
        Some(Self {
            name: name?,
            labels,
            policy,
        })
    }
}

impl Policy {
    fn read(fields: &Fields<'_>) -> Self {
        let Some(policy) = fields.object("trafficPolicy") else {
            return Self::default();
        };
        if let Some(tls) = policy.object("tls") {
            let mode = tls.text("mode");
            if mode.as_deref() != Some("DISABLE") {
                tls.report(
                    "mode",
                    "TLS cannot lie below the codec's transport socket: write DISABLE, or put an internal listener with TLS into the configuration by hand",
                );
                tls.ignore_rest();
            }
        }
        policy.refuse(
            "portLevelSettings",
            "policies of single ports are not translated: state one for the host",
        );
        Self {
            balancing: policy
                .object("loadBalancer")
                .and_then(|it| Balancing::read(&it)),
            pool: policy.object("connectionPool").map(|it| Pool::read(&it)),
            outliers: policy
                .object("outlierDetection")
                .map(|it| Outliers::read(&it)),
        }
    }

    /// This policy, where it says nothing that of the host.
    pub(crate) fn over(&self, host: &Self) -> Self {
        Self {
            balancing: self.balancing.clone().or_else(|| host.balancing.clone()),
            pool: self.pool.clone().or_else(|| host.pool.clone()),
            outliers: self.outliers.clone().or_else(|| host.outliers.clone()),
        }
    }
}

impl Balancing {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let hash = fields.object("consistentHash");
        let simple = fields.text("simple");
        if let (Some(_), Some(_)) = (&hash, &simple) {
            fields.report("simple", "there is consistentHash as well: keep one");
        }
        if let Some(hash) = hash {
            return Self::hash(&hash);
        }
        let simple = simple?;
        let policy = match simple.as_str() {
            "UNSPECIFIED" => return None,
            "LEAST_REQUEST" | "LEAST_CONN" => "LEAST_REQUEST",
            "ROUND_ROBIN" => "ROUND_ROBIN",
            "RANDOM" => "RANDOM",
            other => {
                let message =
                    format!("{other} is not translated: LEAST_REQUEST, ROUND_ROBIN or RANDOM");
                fields.report("simple", message);
                return None;
            }
        };
        Some(Self::Simple(policy))
    }

    fn hash(fields: &Fields<'_>) -> Option<Self> {
        for name in ["httpCookie", "httpQueryParameterName"] {
            fields.refuse(
                name,
                "messages have none: name a property in httpHeaderName",
            );
        }
        let name = fields.text("httpHeaderName");
        let place = fields.at("httpHeaderName");
        let property = name.and_then(|name| property(&name, &place, fields.problems()));
        let source = fields.flag("useSourceIp") == Some(true);
        let minimum_size = fields.number("minimumRingSize", ANY);
        let ring = fields.object("ringHash");
        let minimum_size = ring
            .and_then(|ring| ring.number("minimumRingSize", ANY))
            .or(minimum_size);
        let maglev = fields.object("maglev");
        let table_size = maglev
            .as_ref()
            .and_then(|maglev| maglev.number("tableSize", 2..=5_000_011));
        let by = match maglev {
            Some(_) => Algorithm::Maglev { table_size },
            None => Algorithm::RingHash {
                minimum_size: minimum_size.unwrap_or(1024),
            },
        };
        if fields.has("maglev") && (fields.has("ringHash") || fields.has("minimumRingSize")) {
            fields.report("maglev", "there is ringHash as well: keep one");
        }
        match (property, source) {
            (Some(_), true) => {
                fields.report("useSourceIp", "there is httpHeaderName as well: keep one");
                None
            }
            (Some(property), false) => {
                let of = HashOf::Property(property);
                Some(Self::Hash { of, by })
            }
            (_, true) => {
                let of = HashOf::Source;
                Some(Self::Hash { of, by })
            }
            (None, false) => {
                fields.require("httpHeaderName", "name the property to hash");
                None
            }
        }
    }
}

impl Pool {
    fn read(fields: &Fields<'_>) -> Self {
        let least = Duration::from_millis(1);
        let mut pool = Self::default();
        if let Some(tcp) = fields.object("tcp") {
            pool.connect_timeout = tcp.duration("connectTimeout", least);
            pool.max_connections = tcp.number("maxConnections", ANY);
        }
        if let Some(http) = fields.object("http") {
            pool.max_pending_requests = http.number("http1MaxPendingRequests", ANY);
            pool.max_requests = http.number("http2MaxRequests", ANY);
            pool.max_retries = http.number("maxRetries", ANY);
            pool.max_requests_per_connection = http.number("maxRequestsPerConnection", ANY);
            pool.idle_timeout = http.duration("idleTimeout", Duration::ZERO);
        }
        pool
    }
}

impl Outliers {
    fn read(fields: &Fields<'_>) -> Self {
        let least = Duration::from_millis(1);
        Self {
            consecutive_errors: fields.number("consecutive5xxErrors", ANY),
            consecutive_gateway_errors: fields.number("consecutiveGatewayErrors", ANY),
            interval: fields.duration("interval", least),
            base_ejection_time: fields.duration("baseEjectionTime", least),
            max_ejection_percent: fields.number("maxEjectionPercent", 0..=100),
            min_health_percent: fields.number("minHealthPercent", 0..=100).unwrap_or(0),
        }
    }
}
