//! The documents of a mesh, as their authors wrote them.

pub(crate) mod application_protocol;
pub(crate) mod attributes;
pub(crate) mod destination_rule;
pub(crate) mod endpoints;
pub(crate) mod meta_router;
pub(crate) mod pod;
pub(crate) mod service;
pub(crate) mod service_entry;

use serde_json::Value;

use crate::problem::{Place, Problem, Problems};
use crate::reader::Fields;
use application_protocol::ApplicationProtocol;
use destination_rule::DestinationRule;
use endpoints::EndpointList;
use meta_router::MetaRouter;
use pod::Pod;
use service::Service;
use service_entry::ServiceEntry;

/// Values in one file: it is the operator's own, and a dump of a whole cluster is large.
const MAX_NODES: usize = 20_000_000;

/// Documents, from any number of files.
///
/// Reading never fails: what is wrong with documents is reported by whatever works with them, all at once.
#[derive(Debug, Default)]
pub struct Documents {
    pub(crate) routers: Vec<MetaRouter>,
    pub(crate) protocols: Vec<ApplicationProtocol>,
    pub(crate) rules: Vec<DestinationRule>,
    pub(crate) entries: Vec<ServiceEntry>,
    pub(crate) services: Vec<Service>,
    pub(crate) endpoints: Vec<EndpointList>,
    pub(crate) pods: Vec<Pod>,
    pub(crate) skipped: Vec<String>,
    pub(crate) problems: Vec<Problem>,
}

impl Documents {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the documents in `yaml`, which stands in the file `file`; a `kind: List` is read as its items.
    pub fn read(&mut self, file: &str, yaml: &str) {
        let problems = Problems::from(std::mem::take(&mut self.problems));
        let options = serde_saphyr::options! {
            strict_booleans: true,
            with_snippet: false,
            budget: serde_saphyr::budget! {
                max_nodes: MAX_NODES,
                max_events: 4 * MAX_NODES,
                max_documents: MAX_NODES,
            },
        };
        match serde_saphyr::from_multiple_with_options::<Value>(yaml, options) {
            Ok(values) => {
                for value in &values {
                    self.add(file, value, &problems);
                }
            }
            Err(error) => problems.report(&Place::document(file), error.to_string()),
        }
        self.problems = problems.into_vec();
    }

    fn add(&mut self, file: &str, value: &Value, problems: &Problems) {
        let head = Head::of(value);
        let place = Place::document(&head.describe(file));
        let Some(fields) = Fields::of(place, value, problems) else {
            return;
        };
        let group_and_version = fields.text("apiVersion");
        let kind = fields.text("kind");
        let (Some(group_and_version), Some(kind)) = (group_and_version, kind) else {
            fields.ignore_rest();
            fields.require("apiVersion", "a document states its apiVersion and kind");
            fields.require("kind", "a document states its apiVersion and kind");
            return;
        };
        let (group, version) = group_and_version
            .rsplit_once('/')
            .unwrap_or(("", &group_and_version));
        if let ("", "List") = (group, kind.as_str()) {
            fields.ignore_rest();
            let items = value.get("items").and_then(Value::as_array);
            for item in items.into_iter().flatten() {
                self.add(file, item, problems);
            }
            return;
        }
        fields.ignore(&["metadata", "status"]);
        let versions: &[&str] = match (group, kind.as_str()) {
            ("metaprotocol.aeraki.io", "MetaRouter" | "ApplicationProtocol") => &["v1alpha1"],
            ("networking.istio.io", "DestinationRule" | "ServiceEntry") => {
                &["v1alpha3", "v1beta1", "v1"]
            }
            ("", "Service" | "Endpoints" | "Pod") | ("discovery.k8s.io", "EndpointSlice") => {
                &["v1"]
            }
            _ => {
                fields.ignore_rest();
                if group.ends_with("aeraki.io") || group.ends_with("istio.io") {
                    let message = format!(
                        "{kind} is not translated: leave the document out, and put what it says into the configuration by hand"
                    );
                    fields.report("kind", message);
                } else {
                    self.skipped.push(fields.place().name().to_owned());
                }
                return;
            }
        };
        if !versions.contains(&version) {
            fields.report(
                "apiVersion",
                format!("{version} is not known, only {}", versions.join(", ")),
            );
        }
        match kind.as_str() {
            "MetaRouter" => self.routers.extend(MetaRouter::read(&fields, &head)),
            "ApplicationProtocol" => self.protocols.extend(ApplicationProtocol::read(&fields)),
            "DestinationRule" => {
                fields.ignore(&["spec"]);
                let place = fields.place().clone();
                self.rules.push(DestinationRule::read(place, value, &head));
            }
            "ServiceEntry" => self.entries.extend(ServiceEntry::read(&fields)),
            "Service" => self.services.extend(Service::read(&fields, &head)),
            "Endpoints" => self.endpoints.push(EndpointList::read(&fields, &head)),
            "EndpointSlice" => self
                .endpoints
                .extend(EndpointList::read_slice(&fields, &head)),
            _ => self.pods.extend(Pod::read(&fields, &head)),
        }
    }
}

/// What stands at the head of a document.
#[derive(Debug, Default)]
pub(crate) struct Head {
    kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) labels: std::collections::BTreeMap<String, String>,
}

impl Head {
    /// As far as it can be read; the rest is found to be wrong later.
    fn of(value: &Value) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let metadata = value.get("metadata");
        let field = |name: &str| text(metadata.and_then(|metadata| metadata.get(name)));
        let labels = metadata.and_then(|metadata| metadata.get("labels"));
        let labels = labels.and_then(Value::as_object).into_iter().flatten();
        Self {
            kind: text(value.get("kind")).unwrap_or_else(|| "document".to_owned()),
            namespace: field("namespace").unwrap_or_else(|| "default".to_owned()),
            name: field("name").unwrap_or_default(),
            labels: labels
                .filter_map(|(key, value)| Some((key.clone(), text(Some(value))?)))
                .collect(),
        }
    }

    fn describe(&self, file: &str) -> String {
        let Self {
            kind,
            namespace,
            name,
            ..
        } = self;
        match (kind.as_str(), name.as_str()) {
            (_, "") => format!("{file}: {kind}"),
            ("ApplicationProtocol", _) => format!("{file}: {kind} {name}"),
            _ => format!("{file}: {kind} {namespace}/{name}"),
        }
    }
}
