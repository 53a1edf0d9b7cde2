//! Kubernetes' `Service`: a host and its ports; its endpoints stand elsewhere.

use std::collections::BTreeMap;

use super::Head;
use super::pod::Pod;
use crate::problem::Place;
use crate::protocols::is_ours;
use crate::reader::Fields;

/// A host that Kubernetes knows.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) place: Place,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) ports: Vec<Port>,
    /// Whether all its ports could be read.
    pub(crate) complete: bool,
    pub(crate) selector: BTreeMap<String, String>,
    /// Whether DNS answers with the addresses of its pods.
    pub(crate) headless: bool,
    /// Whether pods that are not ready count.
    pub(crate) unready_too: bool,
}

/// A port of a host.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) number: u16,
    pub(crate) target: Target,
}

/// The port at which endpoints listen.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Number(u16),
    /// The port of that name of each pod.
    Name(String),
}

impl Service {
    pub(crate) fn read(document: &Fields<'_>, head: &Head) -> Option<Self> {
        document.require("spec", "an object with ports");
        let spec = document.object("spec")?;
        spec.ignore_rest();
        let found = spec.objects("ports");
        let ports: Vec<Port> = found.iter().filter_map(Port::of_service).collect();
        if ports.iter().any(is_ours) {
            refuse_what_envoy_ignores(&spec);
        }
        Some(Self {
            place: spec.place().clone(),
            namespace: head.namespace.clone(),
            name: head.name.clone(),
            complete: ports.len() == found.len(),
            ports,
            selector: spec.labels("selector"),
            headless: spec.text("clusterIP").as_deref() == Some("None"),
            unready_too: spec.flag("publishNotReadyAddresses") == Some(true),
        })
    }
}

fn refuse_what_envoy_ignores(spec: &Fields<'_>) {
    if let Some("ExternalName") = spec.text("type").as_deref() {
        spec.report(
            "type",
            "ExternalName is not translated: write a ServiceEntry with resolution DNS",
        );
    }
    if spec
        .text("sessionAffinity")
        .is_some_and(|affinity| affinity != "None")
    {
        spec.report(
            "sessionAffinity",
            "Envoy takes no notice of it: write a DestinationRule with consistentHash, useSourceIp",
        );
    }
    if let Some("Local") = spec.text("internalTrafficPolicy").as_deref() {
        spec.report(
            "internalTrafficPolicy",
            "the configuration knows no nodes: write Cluster",
        );
    }
}

impl Service {
    /// Whether a pod of its namespace is one of its endpoints.
    pub(crate) fn selects(&self, pod: &Pod) -> bool {
        let has = |(key, value): (&String, &String)| pod.labels.get(key) == Some(value);
        !self.selector.is_empty()
            && self.selector.iter().all(has)
            && (pod.ready || self.unready_too)
    }
}

impl Port {
    fn of_service(fields: &Fields<'_>) -> Option<Self> {
        fields.ignore_rest();
        let number = fields.port("port");
        fields.require("port", "a number belongs here");
        let target = match fields.text_or_number("targetPort") {
            Some(target) => Some(match target.parse() {
                Ok(number) => Target::Number(number),
                Err(_) => Target::Name(target),
            }),
            None => number.map(Target::Number),
        };
        let port = Self {
            place: fields.at("name"),
            name: fields.text("name").unwrap_or_default(),
            number: number?,
            target: target?,
        };
        port.check_protocol(fields);
        Some(port)
    }

    /// A port of a service entry.
    pub(super) fn of_entry(fields: &Fields<'_>) -> Option<Self> {
        let number = fields.port("number");
        fields.require("number", "a number belongs here");
        let name = fields.needed("name");
        let target = fields.port("targetPort").or(number);
        let port = Self {
            place: fields.at("name"),
            name: name?,
            number: number?,
            target: Target::Number(target?),
        };
        port.check_protocol(fields);
        Some(port)
    }

    /// Messages travel by TCP.
    fn check_protocol(&self, fields: &Fields<'_>) {
        let protocol = fields.text("protocol").unwrap_or_else(|| "TCP".to_owned());
        if is_ours(self) && !protocol.eq_ignore_ascii_case("TCP") {
            fields.report(
                "protocol",
                format!("{protocol}: write TCP, by which messages travel"),
            );
        }
    }
}
