//! `ServiceEntry`: a host, its ports and its endpoints.

use std::collections::BTreeMap;

use super::meta_router::exported_to_all;
use super::service::Port;
use crate::problem::Place;
use crate::protocols::is_ours;
use crate::reader::Fields;

/// A host that a document describes with all its endpoints.
#[derive(Debug)]
pub(crate) struct ServiceEntry {
    pub(crate) place: Place,
    pub(crate) host: String,
    pub(crate) ports: Vec<Port>,
    /// Whether all its ports could be read.
    pub(crate) complete: bool,
    /// Whether addresses are names for DNS to resolve.
    pub(crate) by_name: bool,
    pub(crate) endpoints: Vec<Workload>,
}

/// An endpoint of a service entry.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) place: Place,
    pub(crate) address: String,
    /// Numbers of ports by name, where they differ from the host's.
    pub(crate) ports: BTreeMap<String, u16>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) weight: Option<u64>,
}

impl ServiceEntry {
    pub(crate) fn read(document: &Fields<'_>) -> Option<Self> {
        document.require("spec", "an object with hosts and ports");
        let spec = document.object("spec")?;
        let found = spec.objects("ports");
        let ports: Vec<Port> = found.iter().filter_map(Port::of_entry).collect();
        // Of a host of something else, such as a rate limit service, no more is needed than where it is.
        let matters = ports.iter().any(is_ours);
        if matters {
            refuse_what_is_not_translated(&spec);
        } else {
            spec.ignore_rest();
        }
        let mut hosts = spec.texts("hosts").into_iter();
        let host = hosts.next();
        if host.is_none() {
            spec.report("hosts", "missing: the name of a host belongs here");
        }
        if matters && hosts.next().is_some() {
            spec.report(
                "hosts",
                "several hosts, of which the first alone counts: write a document for each",
            );
        }
        let by_name = match spec.text("resolution").as_deref() {
            Some("DNS" | "DNS_ROUND_ROBIN") => true,
            resolution => {
                if matters && resolution != Some("STATIC") {
                    spec.report("resolution", "STATIC or DNS: the endpoints must be known");
                }
                false
            }
        };
        let endpoints = spec.objects("endpoints");
        let endpoints = endpoints.iter();
        let endpoints = endpoints.filter_map(|it| Workload::read(it, &ports));
        Some(Self {
            place: spec.at("hosts"),
            complete: ports.len() == found.len(),
            host: host?,
            by_name,
            endpoints: endpoints.collect(),
            ports,
        })
    }
}

fn refuse_what_is_not_translated(spec: &Fields<'_>) {
    exported_to_all(spec);
    // Our listeners have addresses of their own; who is inside the mesh matters for its certificates alone.
    spec.ignore(&["addresses", "location"]);
    spec.refuse(
        "workloadSelector",
        "workloads are not looked up: list them in endpoints",
    );
    spec.refuse(
        "subjectAltNames",
        "there is no TLS below the codec's transport socket",
    );
}

impl Workload {
    fn read(fields: &Fields<'_>, ports: &[Port]) -> Option<Self> {
        let why = "there is no such choice in the configuration: remove this";
        fields.refuse("locality", why);
        fields.refuse("network", why);
        fields.ignore(&["serviceAccount"]);
        let address = fields.needed("address");
        let mut numbers = BTreeMap::new();
        if let Some(by_name) = fields.object("ports") {
            for port in ports {
                let number = by_name.port(&port.name);
                numbers.extend(number.map(|number| (port.name.clone(), number)));
            }
        }
        Some(Self {
            labels: fields.labels("labels"),
            weight: fields.number("weight", 1..=u32::MAX.into()),
            place: fields.at("address"),
            address: address?,
            ports: numbers,
        })
    }
}
