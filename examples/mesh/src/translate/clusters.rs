//! Destinations as clusters.

use super::listeners::Origin;
use super::{Translation, known};
use crate::document::destination_rule::{Policy, Subset};
use crate::document::meta_router::{self, Destination, MetaRouter};
use crate::document::service::Port;
use crate::envoy::{Cluster, GlobalLimit};
use crate::hosts::{Host, Reach};
use crate::protocols::is_ours;

/// The name of a cluster, as Istio composes it.
pub(super) fn name(host: &str, port: u16, subset: Option<&str>) -> String {
    format!("outbound|{port}|{}|{host}", subset.unwrap_or_default())
}

impl<'a> Translation<'a> {
    /// The cluster of a destination of a route.
    pub(super) fn destination(
        &mut self,
        origin: Origin<'a>,
        router: &MetaRouter,
        destination: &Destination,
    ) -> Option<String> {
        let name = self.hosts.full_name(&destination.host, &router.namespace);
        let place = destination.place.field("host");
        let host = known(self.hosts, &name, &place, self.problems)?;
        let port = self.port(origin, host, destination)?;
        let Some((protocol, codec)) = self.protocols.of_port(port, self.problems) else {
            // Either its name is wrong, which was noted, or it is a port of something else.
            if !is_ours(port) {
                let message = format!(
                    "port {} of {name} is no tcp-metaprotocol- port",
                    port.number
                );
                self.problems.report(&place, message);
            }
            return None;
        };
        if codec != origin.codec {
            let message = format!(
                "port {} of {name} speaks {protocol}, and the messages are {}",
                port.number, origin.protocol
            );
            self.problems.report(&place, message);
            return None;
        }
        let subset = match &destination.subset {
            None => None,
            Some(subset) => Some(self.subset(&name, subset, destination)?),
        };
        self.cluster(host, port, subset, Some(codec))
    }

    fn port(
        &self,
        origin: Origin<'a>,
        host: &'a Host<'a>,
        destination: &Destination,
    ) -> Option<&'a Port> {
        let place = destination.place.field("port");
        let numbers: Vec<String> = host
            .ports
            .iter()
            .map(|port| port.number.to_string())
            .collect();
        let numbers = numbers.join(", ");
        if let Some(number) = destination.port {
            let port = host.port(number);
            if port.is_none() && host.complete {
                let message = format!("{} has no port {number}, only {numbers}", host.name);
                self.problems.report(&place.field("number"), message);
            }
            return port;
        }
        let mut ours = host.ports.iter().filter(|port| is_ours(port));
        let port = host.port(origin.port.number).or_else(|| {
            let port = ours.next();
            port.filter(|_| ours.next().is_none())
        });
        if port.is_none() && host.complete {
            let message = format!(
                "{} has the ports {numbers}: state the number of one",
                host.name
            );
            self.problems.report(&place, message);
        }
        port
    }

    fn subset(&self, host: &str, name: &str, destination: &Destination) -> Option<&'a Subset> {
        let place = destination.place.field("subset");
        let Some(rule) = self.rules.get(host).copied() else {
            let message = format!(
                "{name:?} is unknown, for {host} has no DestinationRule: add one with this subset"
            );
            self.problems.report(&place, message);
            return None;
        };
        let subset = rule.subsets.iter().find(|subset| subset.name == name);
        if subset.is_none() {
            let message = format!(
                "{name:?} is no subset of {host}: add it to {}",
                rule.place.name()
            );
            self.problems.report(&place, message);
        }
        subset
    }

    /// Plans a cluster, unless there is a plan, and gives its name.
    pub(super) fn cluster(
        &mut self,
        host: &Host<'a>,
        port: &Port,
        subset: Option<&Subset>,
        codec: Option<&str>,
    ) -> Option<String> {
        let name = name(
            &host.name,
            port.number,
            subset.map(|subset| subset.name.as_str()),
        );
        if self.plan.clusters.contains_key(&name) {
            return Some(name);
        }
        if self.failed.contains(&name) {
            return None;
        }
        let reach = match codec {
            Some(_) => self.hosts.reach(host, port, self.problems),
            None => self.hosts.reach_any(host, port, self.problems),
        };
        let reach = match (reach, subset) {
            (Some(reach), Some(subset)) => self.within(reach, host, subset),
            (reach, _) => reach,
        };
        let Some(reach) = reach else {
            self.failed.insert(name);
            return None;
        };
        let rule = self.rules.get(&host.name);
        let problems = rule.iter().flat_map(|rule| &rule.problems);
        problems.for_each(|problem| self.problems.add(problem));
        let of_host = rule.map_or_else(Policy::default, |rule| rule.policy.clone());
        let policy = subset.map_or(of_host.clone(), |subset| subset.policy.over(&of_host));
        let cluster = Cluster {
            codec: codec.map(str::to_owned),
            reach,
            policy,
        };
        self.plan.clusters.insert(name.clone(), cluster);
        Some(name)
    }

    /// The endpoints that have the labels of a subset.
    fn within(&self, reach: Reach, host: &Host<'a>, subset: &Subset) -> Option<Reach> {
        let report = |message: String| {
            let message = format!("subset {:?}: {message}", subset.name);
            self.problems.report(host.place, message);
        };
        if reach
            .endpoints
            .iter()
            .any(|endpoint| endpoint.labels.is_none())
        {
            report(format!(
                "the labels of the endpoints of {} are not known: add its Pod documents, or endpoints with labels",
                host.name
            ));
            return None;
        }
        let mut reach = reach;
        reach.endpoints.retain(|endpoint| {
            let labels = endpoint.labels.as_ref();
            let has = |(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value);
            subset.labels.iter().all(has)
        });
        if reach.endpoints.is_empty() {
            let labels = subset.labels.iter();
            let labels: Vec<String> = labels
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            let labels = labels.join(", ");
            report(format!(
                "no endpoint of {} has the labels {labels}",
                host.name
            ));
            return None;
        }
        Some(reach)
    }

    /// A global rate limit, with the cluster of its service.
    pub(super) fn global_limit(&mut self, limit: &meta_router::GlobalLimit) -> Option<GlobalLimit> {
        let (place, service) = &limit.service;
        let host = known(self.hosts, &service.host, place, self.problems)?;
        let port = host.port(service.port);
        match port {
            Some(port) if is_ours(port) => {
                let message = format!("port {} of {} does not speak gRPC", service.port, host.name);
                self.problems.report(place, message);
                return None;
            }
            None if host.complete => {
                let message = format!("{} has no port {}", host.name, service.port);
                self.problems.report(place, message);
            }
            _ => {}
        }
        let cluster = self.cluster(host, port?, None, None)?;
        let pairs = limit.descriptors.iter();
        Some(GlobalLimit {
            attributes: limit.attributes.clone(),
            domain: limit.domain.clone(),
            timeout: limit.timeout,
            deny_on_fail: limit.deny_on_fail,
            cluster,
            descriptors: pairs
                .map(|it| (it.property.clone(), it.key.clone()))
                .collect(),
        })
    }
}
