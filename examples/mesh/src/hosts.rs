//! The hosts of a mesh and their endpoints, whatever document they stand in.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::document::Documents;
use crate::document::pod::Pod;
use crate::document::service::{Port, Service, Target};
use crate::document::service_entry::ServiceEntry;
use crate::problem::{Place, Problems};

/// All hosts, in the order of their documents.
#[derive(Debug)]
pub(crate) struct Hosts<'a> {
    hosts: Vec<Host<'a>>,
    documents: &'a Documents,
    domain: &'a str,
}

/// A host.
#[derive(Debug)]
pub(crate) struct Host<'a> {
    pub(crate) name: String,
    pub(crate) place: &'a Place,
    pub(crate) ports: &'a [Port],
    /// Whether all its ports could be read.
    pub(crate) complete: bool,
    origin: Origin<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Origin<'a> {
    Entry(&'a ServiceEntry),
    Service(&'a Service),
}

/// How a port of a host is reached.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Whether DNS must be asked for the addresses.
    pub(crate) by_name: bool,
    pub(crate) endpoints: Vec<Endpoint>,
}

/// Where a host listens.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    place: Place,
    pub(crate) address: String,
    pub(crate) port: u16,
    /// `None` where they are not known.
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) weight: Option<u64>,
}

impl<'a> Hosts<'a> {
    /// Those of service entries and services; full names of services end in `domain`.
    pub(crate) fn of(documents: &'a Documents, domain: &'a str, problems: &Problems) -> Self {
        let entries = documents.entries.iter().map(|entry| Host {
            name: entry.host.clone(),
            place: &entry.place,
            ports: &entry.ports,
            complete: entry.complete,
            origin: Origin::Entry(entry),
        });
        let services = documents.services.iter().map(|service| Host {
            name: format!("{}.{}.svc.{domain}", service.name, service.namespace),
            place: &service.place,
            ports: &service.ports,
            complete: service.complete,
            origin: Origin::Service(service),
        });
        let mut hosts: Vec<Host<'a>> = Vec::new();
        for host in entries.chain(services) {
            if let Some(other) = hosts.iter().find(|other| other.name == host.name) {
                let message = format!(
                    "{} also stands in {}: keep one",
                    host.name,
                    other.place.name()
                );
                problems.report(host.place, message);
            } else {
                hosts.push(host);
            }
        }
        Self {
            hosts,
            documents,
            domain,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Host<'a>> {
        self.hosts.iter()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Host<'a>> {
        self.hosts.iter().find(|host| host.name == name)
    }

    /// The full name of a host that is called `name` in a document of that namespace.
    pub(crate) fn full_name(&self, name: &str, namespace: &str) -> String {
        if name.contains('.') {
            return name.to_owned();
        }
        format!("{name}.{namespace}.svc.{}", self.domain)
    }

    /// How a port of a host is reached; `None` where that is not known, which is noted.
    pub(crate) fn reach(&self, host: &Host<'a>, port: &Port, problems: &Problems) -> Option<Reach> {
        let reach = match host.origin {
            Origin::Entry(entry) => of_entry(entry, port, problems),
            Origin::Service(service) => self.of_service(host, service, port, problems),
        }?;
        let mut is_fine = true;
        for endpoint in &reach.endpoints {
            if !reach.by_name && endpoint.address.parse::<IpAddr>().is_err() {
                let address = &endpoint.address;
                let message = format!(
                    "{address:?} is no IP address, and with no other resolution than DNS a name will do"
                );
                problems.report(&endpoint.place, message);
                is_fine = false;
            }
        }
        is_fine.then_some(reach)
    }

    /// How a port of a host is reached where any endpoint will do: if all else fails, by the name of the service.
    pub(crate) fn reach_any(
        &self,
        host: &Host<'a>,
        port: &Port,
        problems: &Problems,
    ) -> Option<Reach> {
        if let Origin::Service(service) = host.origin
            && self.listed(service, port).is_none()
            && !self.pods_of(service).any(|pod| service.selects(pod))
        {
            return Some(by_name(host.place, &host.name, port.number));
        }
        self.reach(host, port, problems)
    }

    fn of_service(
        &self,
        host: &Host<'a>,
        service: &Service,
        port: &Port,
        problems: &Problems,
    ) -> Option<Reach> {
        let listed = self.listed(service, port);
        let endpoints = listed.or_else(|| self.selected(service, port, problems));
        if let Some(endpoints) = endpoints {
            return Some(Reach {
                by_name: false,
                endpoints,
            });
        }
        match (&port.target, service.headless) {
            (Target::Number(number), true) => Some(by_name(host.place, &host.name, *number)),
            (Target::Name(name), true) => {
                let message = format!(
                    "the number of the port {name:?} is not known: add the Pod or EndpointSlice documents of the service"
                );
                problems.report(&port.place, message);
                None
            }
            (_, false) => {
                let message = format!(
                    "the endpoints of {} are not known: add its EndpointSlice, Endpoints or Pod documents",
                    host.name
                );
                problems.report(host.place, message);
                None
            }
        }
    }

    /// Endpoints in `Endpoints` and `EndpointSlice` documents, if there are any of this service.
    fn listed(&self, service: &Service, port: &Port) -> Option<Vec<Endpoint>> {
        let mut found = None;
        for list in &self.documents.endpoints {
            if list.service != service.name || list.namespace != service.namespace {
                continue;
            }
            let endpoints: &mut Vec<Endpoint> = found.get_or_insert_default();
            for group in &list.groups {
                let number = group.ports.iter().find(|(name, _)| *name == port.name);
                let Some((_, number)) = number else {
                    continue;
                };
                for address in &group.addresses {
                    let named = |pod: &&Pod| Some(&pod.name) == address.pod.as_ref();
                    let mut pods = self.pods_of(service);
                    endpoints.push(Endpoint {
                        place: address.place.clone(),
                        address: address.address.clone(),
                        port: *number,
                        labels: pods.find(named).map(|pod| pod.labels.clone()),
                        weight: None,
                    });
                }
            }
        }
        found
    }

    /// Pods that the service selects, if there are any.
    fn selected(
        &self,
        service: &Service,
        port: &Port,
        problems: &Problems,
    ) -> Option<Vec<Endpoint>> {
        let mut endpoints = Vec::new();
        for pod in self.pods_of(service).filter(|pod| service.selects(pod)) {
            let number = match &port.target {
                Target::Number(number) => Some(*number),
                Target::Name(name) => pod.ports.get(name).copied(),
            };
            let Some(number) = number else {
                let message = format!(
                    "the pod has no port of the name that {} targets",
                    service.name
                );
                problems.report(&pod.place, message);
                continue;
            };
            endpoints.push(Endpoint {
                place: pod.place.clone(),
                address: pod.address.clone(),
                port: number,
                labels: Some(pod.labels.clone()),
                weight: None,
            });
        }
        (!endpoints.is_empty()).then_some(endpoints)
    }

    fn pods_of(&self, service: &Service) -> impl Iterator<Item = &'a Pod> {
        let namespace = service.namespace.clone();
        let pods = self.documents.pods.iter();
        pods.filter(move |pod| pod.namespace == namespace)
    }
}

impl Host<'_> {
    pub(crate) fn port(&self, number: u16) -> Option<&Port> {
        self.ports.iter().find(|port| port.number == number)
    }
}

/// What DNS answers for a name.
fn by_name(place: &Place, name: &str, port: u16) -> Reach {
    let endpoint = Endpoint {
        place: place.clone(),
        address: name.to_owned(),
        port,
        labels: None,
        weight: None,
    };
    Reach {
        by_name: true,
        endpoints: vec![endpoint],
    }
}

fn of_entry(entry: &ServiceEntry, port: &Port, problems: &Problems) -> Option<Reach> {
    let Target::Number(target) = port.target else {
        return None;
    };
    if entry.endpoints.is_empty() {
        if entry.by_name && !entry.host.contains('*') {
            return Some(by_name(&entry.place, &entry.host, target));
        }
        problems.report(
            &entry.place,
            format!(
                "{} has no endpoints: list them in spec.endpoints",
                entry.host
            ),
        );
        return None;
    }
    let endpoints = entry.endpoints.iter().map(|workload| Endpoint {
        place: workload.place.clone(),
        address: workload.address.clone(),
        port: workload.ports.get(&port.name).copied().unwrap_or(target),
        labels: Some(workload.labels.clone()),
        weight: workload.weight,
    });
    Some(Reach {
        by_name: entry.by_name,
        endpoints: endpoints.collect(),
    })
}
