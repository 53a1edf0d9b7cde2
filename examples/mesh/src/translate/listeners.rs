//! A listener for each port of ours.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Translation;
use crate::document::service::Port;
use crate::envoy::Listener;
use crate::hosts::Host;
use crate::problem::Place;

/// The port for which a listener is planned.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) host: &'a Host<'a>,
    pub(super) port: &'a Port,
    pub(super) protocol: &'a str,
    pub(super) codec: &'a str,
}

impl<'a> Translation<'a> {
    pub(super) fn listeners(&mut self) {
        let mut bound: BTreeMap<SocketAddr, String> = BTreeMap::new();
        let mut asked_for: Vec<&String> = self.options.listen.keys().collect();
        for origin in self.origins() {
            let Origin { host, port, .. } = origin;
            let names = [host.name.clone(), format!("{}:{}", host.name, port.number)];
            asked_for.retain(|name| !names.contains(name));
            let stated = names
                .iter()
                .rev()
                .find_map(|name| self.options.listen.get(name));
            let is_routed = self.routers.contains_key(&host.name);
            if self.options.only_routed && !is_routed && stated.is_none() {
                continue;
            }
            let default = SocketAddr::new(self.options.address, port.number);
            let address = *stated.unwrap_or(&default);
            let name = format!("{}:{}", host.name, port.number);
            if address.port() != 0
                && let Some(other) = bound.insert(address, name.clone())
            {
                let message = format!(
                    "{address} is also the address of the listener for {other}: bind one elsewhere with \
                     --listen {name}=ADDRESS:PORT, or use --only-routed if one is a mere destination"
                );
                self.problems.report(&port.place, message);
            }
            self.listener(origin, address);
        }
        for name in asked_for {
            let place = Place::document(&format!("--listen {name}"));
            let message = "there is no host of this name, or no port of ours at it";
            self.problems.report(&place, message);
        }
    }

    /// All ports of ours.
    fn origins(&self) -> Vec<Origin<'a>> {
        let mut origins = Vec::new();
        for host in self.hosts.iter() {
            for port in host.ports {
                let found = self.protocols.of_port(port, self.problems);
                origins.extend(found.map(|(protocol, codec)| Origin {
                    host,
                    port,
                    protocol,
                    codec,
                }));
            }
        }
        origins
    }

    fn listener(&mut self, origin: Origin<'a>, address: SocketAddr) {
        let Origin {
            host, port, codec, ..
        } = origin;
        let router = self.routers.get(&host.name).copied();
        let global_limit = router.and_then(|router| router.global_limit.as_ref());
        let global_limit = global_limit.and_then(|limit| self.global_limit(limit));
        let routes = match router {
            Some(router) if !router.routes.is_empty() => self.routes(origin, router),
            _ => self.default_route(origin).into_iter().collect(),
        };
        let local_limit = router.and_then(|router| router.local_limit.as_ref());
        let conditions = local_limit.iter().flat_map(|limit| &limit.conditions);
        let shown = self.plan.shown.entry(codec.to_owned()).or_default();
        for attribute in conditions.flat_map(|(attributes, _)| attributes) {
            shown.request.insert(attribute.key.clone());
        }
        if let Some(limit) = &global_limit {
            let attributes = limit.attributes.iter().map(|attribute| &attribute.key);
            let properties = limit.descriptors.iter().map(|(property, _)| property);
            shown.request.extend(attributes.chain(properties).cloned());
        }
        self.plan.listeners.push(Listener {
            name: super::clusters::name(&host.name, port.number, None),
            host: host.name.clone(),
            codec: codec.to_owned(),
            address,
            routes,
            local_limit: local_limit.cloned(),
            global_limit,
        });
    }
}
