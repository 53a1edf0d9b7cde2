//! From documents to the plan of a configuration.

mod clusters;
mod listeners;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Documents;
use crate::document::destination_rule::DestinationRule;
use crate::document::meta_router::MetaRouter;
use crate::envoy::{Envoy, Plan};
use crate::hosts::{Host, Hosts};
use crate::options::Options;
use crate::problem::{Place, Problem, Problems};
use crate::protocols::{Protocols, is_ours};

/// The configuration of an Envoy that does what the documents say.
///
/// # Errors
///
/// All that is wrong with the documents, or cannot be expressed.
pub fn translate(documents: &Documents, options: &Options) -> Result<Envoy, Vec<Problem>> {
    let problems = Problems::from(documents.problems.clone());
    let hosts = Hosts::of(documents, &options.cluster_domain, &problems);
    let mut translation = Translation {
        options,
        protocols: Protocols::of(documents, &problems),
        routers: routers(documents, &hosts, &problems),
        rules: rules(documents, &hosts, &problems),
        hosts: &hosts,
        failed: BTreeSet::new(),
        plan: Plan::default(),
        problems: &problems,
    };
    translation.listeners();
    let plan = translation.plan;
    match problems.into_vec() {
        problems if problems.is_empty() => Ok(Envoy::of(plan, options, documents.skipped.clone())),
        problems => Err(problems),
    }
}

struct Translation<'a> {
    options: &'a Options,
    hosts: &'a Hosts<'a>,
    protocols: Protocols<'a>,
    /// By full name of host.
    routers: BTreeMap<String, &'a MetaRouter>,
    rules: BTreeMap<String, &'a DestinationRule>,
    plan: Plan,
    /// Clusters for which there is no plan, for a reason that was noted.
    failed: BTreeSet<String>,
    problems: &'a Problems,
}

fn routers<'a>(
    documents: &'a Documents,
    hosts: &Hosts<'_>,
    problems: &Problems,
) -> BTreeMap<String, &'a MetaRouter> {
    let mut routers: BTreeMap<String, &MetaRouter> = BTreeMap::new();
    for router in &documents.routers {
        let name = hosts.full_name(&router.host, &router.namespace);
        let Some(host) = known(hosts, &name, &router.place, problems) else {
            continue;
        };
        if host.complete && !host.ports.iter().any(is_ours) {
            let message = format!("{name} has no port whose name begins with tcp-metaprotocol-");
            problems.report(&router.place, message);
        }
        if let Some(other) = routers.get(&name) {
            let message = format!(
                "{} is for {name} as well: make one of both",
                other.place.name()
            );
            problems.report(&router.place, message);
        } else {
            routers.insert(name, router);
        }
    }
    routers
}

fn rules<'a>(
    documents: &'a Documents,
    hosts: &Hosts<'_>,
    problems: &Problems,
) -> BTreeMap<String, &'a DestinationRule> {
    let mut rules: BTreeMap<String, &DestinationRule> = BTreeMap::new();
    for rule in &documents.rules {
        let host = rule.host.as_ref();
        let name = host.map(|host| hosts.full_name(host, &rule.namespace));
        let host = name
            .as_ref()
            .map(|name| known(hosts, name, &rule.place, problems));
        let matters = |host: &Host<'_>| host.ports.iter().any(is_ours);
        if host.is_none_or(|host| host.is_some_and(matters)) {
            rule.problems
                .iter()
                .for_each(|problem| problems.add(problem));
        }
        let (Some(name), Some(Some(_))) = (name, host) else {
            continue;
        };
        if let Some(other) = rules.get(&name) {
            let message = format!(
                "{} is for {name} as well: make one of both",
                other.place.name()
            );
            problems.report(&rule.place, message);
        } else {
            rules.insert(name, rule);
        }
    }
    rules
}

/// The host of that name, which a document must describe.
fn known<'h, 'a>(
    hosts: &'h Hosts<'a>,
    name: &str,
    place: &Place,
    problems: &Problems,
) -> Option<&'h Host<'a>> {
    let host = hosts.get(name);
    if host.is_none() {
        let message = format!("the host {name} is in no document: add its Service or ServiceEntry");
        problems.report(place, message);
    }
    host
}
