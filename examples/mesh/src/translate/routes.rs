//! Routes of one listener.

use super::Translation;
use super::listeners::Origin;
use crate::document::destination_rule::{Balancing, HashOf};
use crate::document::meta_router::{self, MetaRouter};
use crate::envoy::{Mirror, Route};
use crate::problem::Place;

impl<'a> Translation<'a> {
    /// The routes that the document states.
    pub(super) fn routes(&mut self, origin: Origin<'a>, router: &MetaRouter) -> Vec<Route> {
        let mut routes = Vec::new();
        for route in &router.routes {
            routes.extend(self.route(origin, router, route));
        }
        routes
    }

    /// Everything to the host itself.
    pub(super) fn default_route(&mut self, origin: Origin<'a>) -> Option<Route> {
        let Origin {
            host, port, codec, ..
        } = origin;
        let cluster = self.cluster(host, port, None, Some(codec))?;
        let clusters = vec![(cluster, 0)];
        Some(Route {
            name: "default".to_owned(),
            hash: self.hash(&clusters, codec, host.place),
            clusters,
            attributes: Vec::new(),
            mirror: None,
            request: Vec::new(),
            response: Vec::new(),
        })
    }

    fn route(
        &mut self,
        origin: Origin<'a>,
        router: &MetaRouter,
        route: &meta_router::Route,
    ) -> Option<Route> {
        let codec = origin.codec;
        let mut clusters = Vec::new();
        for weighted in &route.destinations {
            let cluster = self.destination(origin, router, &weighted.destination);
            clusters.push((cluster, weighted.weight));
        }
        let mirror = route.mirror.as_ref().map(|mirror| {
            let cluster = self.destination(origin, router, &mirror.destination)?;
            Some(Mirror {
                cluster,
                millionths: mirror.millionths,
            })
        });
        let shown = self.plan.shown.entry(codec.to_owned()).or_default();
        let keys = route.attributes.iter().map(|attribute| &attribute.key);
        shown.request.extend(keys.cloned());
        // What is to be removed must be shown: of what is hidden, nobody would notice that it is gone.
        let removed = |changes: &[meta_router::Change]| {
            let removed = changes.iter().filter(|change| change.value.is_none());
            removed.map(|change| change.key.clone()).collect::<Vec<_>>()
        };
        shown.request.extend(removed(&route.request));
        shown.response.extend(removed(&route.response));
        let clusters = clusters
            .into_iter()
            .map(|(cluster, weight)| Some((cluster?, weight)));
        let clusters: Vec<(String, u64)> = clusters.collect::<Option<_>>()?;
        let mirror = match mirror {
            Some(mirror) => Some(mirror?),
            None => None,
        };
        Some(Route {
            name: route.name.clone().unwrap_or_default(),
            attributes: route.attributes.clone(),
            hash: self.hash(&clusters, codec, &route.place),
            clusters,
            mirror,
            request: route.request.clone(),
            response: route.response.clone(),
        })
    }

    /// What the clusters of a route hash, of which Envoy wants to know in the route.
    fn hash(&mut self, clusters: &[(String, u64)], codec: &str, place: &Place) -> Option<HashOf> {
        let mut found: Option<HashOf> = None;
        for (name, _) in clusters {
            let cluster = self.plan.clusters.get(name);
            let Some(Balancing::Hash { of, .. }) =
                cluster.and_then(|it| it.policy.balancing.as_ref())
            else {
                continue;
            };
            if found.as_ref().is_some_and(|found| found != of) {
                self.problems.report(
                    place,
                    "the DestinationRules of its destinations hash different things: Envoy hashes one for each route",
                );
            }
            if let HashOf::Property(property) = of {
                let shown = self.plan.shown.entry(codec.to_owned()).or_default();
                shown.request.insert(property.clone());
            }
            found = Some(of.clone());
        }
        found
    }
}
