//! `MetaRouter`: routes, changes of messages and rate limits of one host.

use std::time::Duration;

use super::Head;
use super::attributes::{self, Attribute};
use crate::problem::Place;
use crate::reader::Fields;

/// The longest key or value of a mutation, bytes.
const MAX_MUTATION: usize = 16384;
/// Envoy refuses buckets that are filled more often.
const LEAST_FILL_INTERVAL: Duration = Duration::from_millis(50);
/// Parts of a per cent that Envoy can express: millionths of the whole.
const PARTS_OF_PER_CENT: f64 = 10_000.0;

/// What becomes of the messages to one host.
#[derive(Debug)]
pub(crate) struct MetaRouter {
    pub(crate) place: Place,
    pub(crate) namespace: String,
    pub(crate) host: String,
    pub(crate) routes: Vec<Route>,
    pub(crate) local_limit: Option<LocalLimit>,
    pub(crate) global_limit: Option<GlobalLimit>,
}

/// Where the messages go that match.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) place: Place,
    pub(crate) name: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
    /// At least one; weights are there where there are several, and their sum is 100.
    pub(crate) destinations: Vec<Weighted>,
    pub(crate) mirror: Option<Mirror>,
    pub(crate) request: Vec<Change>,
    pub(crate) response: Vec<Change>,
}

#[derive(Debug)]
pub(crate) struct Weighted {
    pub(crate) destination: Destination,
    pub(crate) weight: u64,
}

#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) place: Place,
    pub(crate) host: String,
    pub(crate) subset: Option<String>,
    pub(crate) port: Option<u16>,
}

#[derive(Debug)]
pub(crate) struct Mirror {
    pub(crate) destination: Destination,
    /// Millionths of the messages.
    pub(crate) millionths: u32,
}

/// A change of one property.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) key: String,
    /// `None` removes the property.
    pub(crate) value: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct LocalLimit {
    pub(crate) bucket: Option<Bucket>,
    pub(crate) conditions: Vec<(Vec<Attribute>, Bucket)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    pub(crate) max_tokens: u64,
    pub(crate) tokens_per_fill: u64,
    pub(crate) fill_interval: Duration,
}

#[derive(Debug)]
pub(crate) struct GlobalLimit {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) domain: String,
    pub(crate) timeout: Duration,
    pub(crate) deny_on_fail: bool,
    pub(crate) service: (Place, RateLimitService),
    pub(crate) descriptors: Vec<Descriptor>,
}

#[derive(Debug)]
pub(crate) struct RateLimitService {
    pub(crate) host: String,
    pub(crate) port: u16,
}

#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(crate) property: String,
    pub(crate) key: String,
}

impl MetaRouter {
    pub(crate) fn read(document: &Fields<'_>, head: &Head) -> Option<Self> {
        document.require("spec", "an object with hosts");
        let spec = document.object("spec")?;
        let mut hosts = spec.texts("hosts").into_iter();
        let host = hosts.next();
        if host.is_none() {
            spec.report("hosts", "missing: the full name of a host belongs here");
        }
        if hosts.next().is_some() {
            spec.report(
                "hosts",
                "several hosts, of which the first alone counts: write a document for each",
            );
        }
        if spec.texts("gateways").iter().any(|name| name != "mesh") {
            spec.report(
                "gateways",
                "what a gateway listens on is in no document here: remove this, and translate for the gateway's Envoy with --listen",
            );
        }
        exported_to_all(&spec);
        let routes = spec.objects("routes");
        let routes = routes.iter().filter_map(Route::read);
        let routes = routes.collect();
        let local_limit = spec.object("localRateLimit");
        let global_limit = spec.object("globalRateLimit");
        Some(Self {
            local_limit: local_limit.map(|limit| LocalLimit::read(&limit)),
            global_limit: global_limit.and_then(|limit| GlobalLimit::read(&limit)),
            place: spec.at("hosts"),
            namespace: head.namespace.clone(),
            host: host?,
            routes,
        })
    }
}

/// Notes a problem if a document is not for everybody.
pub(super) fn exported_to_all(spec: &Fields<'_>) {
    if spec
        .texts("exportTo")
        .iter()
        .any(|namespace| namespace != "*")
    {
        spec.report(
            "exportTo",
            "one Envoy's configuration knows no namespaces: remove this, and leave the document out for those who are not to see it",
        );
    }
}

impl Route {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let attributes = attributes::read(fields);
        let name = fields.text("name");
        let found = fields.objects("route");
        if found.is_empty() {
            fields.report(
                "route",
                "no destination: messages that match would have nowhere to go",
            );
        }
        let mut destinations = Vec::new();
        let mut is_readable = true;
        for (index, each) in found.iter().enumerate() {
            let weight = each.number("weight", 0..=100);
            each.require("destination", "an object with host");
            let destination = each
                .object("destination")
                .and_then(|it| Destination::read(&it));
            if let Some(weight) =
                weight.filter(|weight| found.len() == 1 && ![0, 100].contains(weight))
            {
                let message = format!(
                    "{weight} of a single destination, which gets everything: write 100, or nothing"
                );
                fields
                    .problems()
                    .report(&fields.at("route").item(index).field("weight"), message);
            }
            is_readable &= weight.is_some() || !each.has("weight");
            destinations.push((destination, weight.unwrap_or(0)));
        }
        let sum: u64 = destinations.iter().map(|(_, weight)| weight).sum();
        if is_readable && destinations.len() > 1 && sum != 100 {
            let message = format!("the sum of the weights is {sum}: it must be 100");
            fields.report("route", message);
        }
        let mirror = fields
            .object("mirror")
            .and_then(|it| Destination::read(&it));
        let millionths = percentage(fields);
        if fields.has("mirrorPercentage") && !fields.has("mirror") {
            fields.report(
                "mirrorPercentage",
                "there is no mirror: name its host in mirror",
            );
        }
        let request = changes(fields, "requestMutation");
        let response = changes(fields, "responseMutation");
        let destinations: Option<Vec<Weighted>> = destinations
            .into_iter()
            .map(|(destination, weight)| {
                Some(Weighted {
                    destination: destination?,
                    weight,
                })
            })
            .collect();
        Some(Self {
            place: fields.place().clone(),
            name,
            attributes,
            destinations: destinations.filter(|all| !all.is_empty())?,
            mirror: mirror.map(|destination| Mirror {
                destination,
                millionths,
            }),
            request,
            response,
        })
    }
}

impl Destination {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let host = fields.needed("host");
        let subset = fields.text("subset").filter(|subset| !subset.is_empty());
        let port = fields.object("port").and_then(|port| port.port("number"));
        Some(Self {
            place: fields.place().clone(),
            host: host?,
            subset,
            port,
        })
    }
}

/// The share of messages that is mirrored, in millionths; all, where nothing is said.
fn percentage(fields: &Fields<'_>) -> u32 {
    const ALL: u32 = 1_000_000;
    let Some(percentage) = fields.object("mirrorPercentage") else {
        return ALL;
    };
    let Some(value) = percentage.decimal("value") else {
        return ALL;
    };
    let parts = value * PARTS_OF_PER_CENT;
    if !(0.0..=f64::from(ALL)).contains(&parts) {
        percentage.report("value", format!("{value} is no percentage: 0 to 100"));
    } else if (parts - parts.round()).abs() > 1e-6 {
        percentage.report(
            "value",
            format!("{value}: Envoy has four decimals of a per cent"),
        );
    }
    parts.round() as u32
}

fn changes(fields: &Fields<'_>, name: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for change in fields.objects(name) {
        let value = change.text("value");
        let removes = change.flag("remove") == Some(true);
        if removes && value.is_some() {
            change.report("value", "there is remove as well: keep one");
        }
        if !removes {
            change.require(
                "value",
                "a text belongs here, or remove: true beside the key",
            );
        }
        if let Some(value) = &value {
            for fault in unfit(value) {
                change.report("value", fault);
            }
        }
        let Some(key) = change.needed("key") else {
            continue;
        };
        if key.len() > MAX_MUTATION {
            change.report(
                "key",
                format!("{} bytes: {MAX_MUTATION} are the most", key.len()),
            );
        }
        let Some(key) = attributes::property(&key, &change.at("key"), change.problems()) else {
            continue;
        };
        let contradicts = |other: &&Change| other.key == key && other.value.is_none() != removes;
        if changes.iter().any(|other| contradicts(&other)) {
            change.report("key", format!("{key:?} is both set and removed: keep one"));
        }
        if removes || value.is_some() {
            changes.push(Change { key, value });
        }
    }
    changes
}

/// Why a header cannot carry a value as it is.
fn unfit(value: &str) -> Vec<String> {
    let mut faults = Vec::new();
    // Per cent signs are doubled on the way.
    let bytes = value.len() + value.matches('%').count();
    if bytes > MAX_MUTATION {
        faults.push(format!(
            "{bytes} bytes (a per cent sign counts as two): {MAX_MUTATION} are the most"
        ));
    }
    if value.chars().any(|c| c.is_ascii_control()) {
        faults.push("control characters, which a header cannot carry".to_owned());
    }
    if value.trim_matches(' ') != value {
        faults.push("spaces at its ends, which a header cannot carry".to_owned());
    }
    faults
}

impl LocalLimit {
    fn read(fields: &Fields<'_>) -> Self {
        let bucket = fields
            .object("tokenBucket")
            .and_then(|it| Bucket::read(&it));
        let mut conditions = Vec::new();
        for condition in fields.objects("conditions") {
            let attributes = attributes::read(&condition);
            condition.require("tokenBucket", "an object with maxTokens and fillInterval");
            let bucket = condition
                .object("tokenBucket")
                .and_then(|it| Bucket::read(&it));
            conditions.extend(bucket.map(|bucket| (attributes, bucket)));
        }
        if !fields.has("tokenBucket") && !fields.has("conditions") {
            fields.problems().report(
                fields.place(),
                "limits nothing: state tokenBucket, conditions or both",
            );
        }
        Self { bucket, conditions }
    }
}

impl Bucket {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let tokens = 1..=u64::from(u32::MAX);
        fields.require("maxTokens", "the number of messages that may come at once");
        fields.require("fillInterval", "a duration, such as 10s");
        let max_tokens = fields.number("maxTokens", tokens.clone());
        let tokens_per_fill = fields.number("tokensPerFill", tokens);
        let fill_interval = fields.duration("fillInterval", LEAST_FILL_INTERVAL);
        Some(Self {
            max_tokens: max_tokens?,
            tokens_per_fill: tokens_per_fill.unwrap_or(1),
            fill_interval: fill_interval?,
        })
    }
}

impl GlobalLimit {
    fn read(fields: &Fields<'_>) -> Option<Self> {
        let attributes = attributes::read(fields);
        let domain = fields.needed("domain");
        let timeout = fields.duration("requestTimeout", Duration::from_millis(1));
        let deny_on_fail = fields.flag("denyOnFail").unwrap_or(false);
        let service = fields.needed("rateLimitService");
        let service = service.and_then(|name| {
            let service = RateLimitService::parse(&name);
            if service.is_none() {
                let message = format!("{name:?} is neither outbound|PORT||HOST nor HOST:PORT");
                fields.report("rateLimitService", message);
            }
            service
        });
        let found = fields.objects("descriptors");
        if found.is_empty() {
            fields.report(
                "descriptors",
                "none: the rate limit service would be asked nothing",
            );
        }
        let mut descriptors = Vec::new();
        for descriptor in &found {
            let property = descriptor.needed("property");
            let key = descriptor.needed("descriptorKey");
            let place = descriptor.at("property");
            let property =
                property.and_then(|name| attributes::property(&name, &place, fields.problems()));
            if let (Some(property), Some(key)) = (property, key) {
                descriptors.push(Descriptor { property, key });
            }
        }
        Some(Self {
            attributes,
            domain: domain?,
            timeout: timeout.unwrap_or(Duration::from_millis(20)),
            deny_on_fail,
            service: (fields.at("rateLimitService"), service?),
            descriptors,
        })
    }
}

impl RateLimitService {
    /// Reads the name of a cluster, `outbound|PORT||HOST`, or `HOST:PORT`.
    fn parse(name: &str) -> Option<Self> {
        let parts: Vec<&str> = name.split('|').collect();
        let (host, port) = match parts[..] {
            ["outbound", port, "", host] => (host, port),
            [_] => name.rsplit_once(':')?,
            _ => return None,
        };
        let port = port.parse().ok().filter(|port| *port > 0)?;
        let host = Some(host).filter(|host| !host.is_empty())?.to_owned();
        Some(Self { host, port })
    }
}
