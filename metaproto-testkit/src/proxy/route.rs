//! Which route a request takes, and which of the route's clusters.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use metaproto_codec::{Metadata, Mutation, ValueBuf};
use regex::Regex;

use super::config::{self, Action, Changes, ConfigError, OPERATION_KEY, Test};
use super::limit::Bucket;

/// A route table, made ready for traffic: the first route whose conditions all hold takes the message.
///
/// A look-up allocates nothing (a regular expression may, the first times it runs).
#[derive(Debug)]
pub struct Routes(Vec<Arc<Route>>);

impl Routes {
    /// The table of these routes, in this order.
    ///
    /// # Errors
    ///
    /// A regular expression that is not one, naming its route and key.
    pub fn new(routes: Vec<config::Route>) -> Result<Self, ConfigError> {
        let now = Instant::now();
        let route = |route| Route::new(route, now).map(Arc::new);
        Ok(Self(
            routes.into_iter().map(route).collect::<Result<_, _>>()?,
        ))
    }

    /// The name of the route that `request` takes.
    #[must_use]
    pub fn find(&self, request: &Metadata) -> Option<&str> {
        self.route(request).map(|route| route.name.as_str())
    }

    pub(super) fn route(&self, request: &Metadata) -> Option<&Arc<Route>> {
        self.0.iter().find(|route| route.matches(request))
    }
}

/// A route, made ready for traffic.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: String,
    pub(super) request: Mutation,
    pub(super) response: Mutation,
    pub(super) timeout: Option<Duration>,
    conditions: Vec<Condition>,
    wheel: Mutex<Wheel>,
    bucket: Option<Mutex<Bucket>>,
}

impl Route {
    pub(super) fn new(route: config::Route, now: Instant) -> Result<Self, ConfigError> {
        let compile = |condition: config::Match| {
            let regex = condition.regex_of(&route.name)?;
            Ok(Condition { condition, regex })
        };
        let conditions = route
            .matches
            .into_iter()
            .map(compile)
            .collect::<Result<_, _>>()?;
        let shares = match route.action {
            Action::Cluster(cluster) => vec![(cluster, 1)],
            Action::Weighted(shares) => shares
                .into_iter()
                .map(|share| (share.cluster, share.weight))
                .collect(),
        };
        Ok(Self {
            request: mutation(&route.request),
            response: mutation(&route.response),
            timeout: route.timeout_ms.map(Duration::from_millis),
            conditions,
            wheel: Mutex::new(Wheel::new(shares)),
            bucket: route
                .rate_limit
                .map(|limit| Mutex::new(Bucket::new(limit, now))),
            name: route.name,
        })
    }

    pub(super) fn matches(&self, request: &Metadata) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.holds(request))
    }

    /// Whether the rate limit lets one more request through.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let Some(bucket) = &self.bucket else {
            return true;
        };
        bucket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(now)
    }

    /// The name of the cluster whose turn it is.
    pub(super) fn next_cluster(&self) -> String {
        self.wheel
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()
            .to_owned()
    }
}

#[derive(Debug)]
struct Condition {
    condition: config::Match,
    regex: Option<Regex>,
}

impl Condition {
    fn holds(&self, request: &Metadata) -> bool {
        let key = self.condition.key.as_str();
        let value = if key == OPERATION_KEY {
            request.operation()
        } else {
            request.get(key)
        };
        let mut room = ValueBuf::default();
        let text = value.as_ref().map(|value| value.render(&mut room));
        self.test(text) != self.condition.invert
    }

    fn test(&self, text: Option<&str>) -> bool {
        let Some(text) = text else {
            return self.condition.test == Test::Present(false);
        };
        match &self.condition.test {
            Test::Exact(wanted) => text == wanted,
            Test::Prefix(wanted) => text.starts_with(wanted.as_str()),
            Test::Suffix(wanted) => text.ends_with(wanted.as_str()),
            Test::Regex(_) => self
                .regex
                .as_ref()
                .is_some_and(|regex| regex.is_match(text)),
            Test::Present(wanted) => *wanted,
        }
    }
}

/// Smooth weighted round robin: exact over every sum of weights, and evenly spread within it.
#[derive(Debug)]
struct Wheel {
    shares: Vec<Share>,
    total: i64,
}

#[derive(Debug)]
struct Share {
    name: String,
    weight: i64,
    credit: i64,
}

impl Wheel {
    fn new(shares: Vec<(String, u32)>) -> Self {
        let share = |(name, weight): (String, u32)| Share {
            name,
            weight: weight.into(),
            credit: 0,
        };
        let shares: Vec<_> = shares
            .into_iter()
            .filter(|(_, weight)| *weight > 0)
            .map(share)
            .collect();
        let total = shares.iter().map(|share| share.weight).sum();
        Self { shares, total }
    }

    fn next(&mut self) -> &str {
        for share in &mut self.shares {
            share.credit += share.weight;
        }
        // `rev` because, of equals, `max_by_key` takes the last, and the first shall win.
        match self
            .shares
            .iter_mut()
            .rev()
            .max_by_key(|share| share.credit)
        {
            Some(share) => {
                share.credit -= self.total;
                &share.name
            }
            None => "",
        }
    }
}

fn mutation(changes: &Changes) -> Mutation {
    let set = changes
        .set
        .iter()
        .fold(Mutation::new(), |all, (key, value)| all.set(key, value));
    changes.remove.iter().fold(set, Mutation::remove)
}

#[cfg(test)]
mod tests {
    use metaproto_codec::Direction;

    use super::*;
    use crate::proxy::config::Match;

    fn holds(condition: Match, value: Option<&str>) -> bool {
        let route = config::Route::to("r", "c").when(condition);
        let route = Route::new(route, Instant::now()).unwrap();
        route.conditions[0].test(value) != route.conditions[0].condition.invert
    }

    #[test]
    fn every_test_and_its_opposite() {
        let yes = [
            (Match::exact("k", "blue"), Some("blue")),
            (Match::prefix("k", "bl"), Some("blue")),
            (Match::suffix("k", "ue"), Some("blue")),
            (Match::regex("k", "b.*|c"), Some("blue")),
            (Match::present("k"), Some("")),
            (Match::present("k").invert(), None),
            (Match::exact("k", "red").invert(), None),
        ];
        for (condition, value) in yes {
            assert!(holds(condition.clone(), value), "{condition:?}");
            assert!(!holds(condition.clone().invert(), value), "{condition:?}");
        }
        assert!(
            !holds(Match::regex("k", "lu"), Some("blue")),
            "the whole value must match"
        );
        assert!(!holds(Match::regex("k", "b|c"), Some("bc")));
        assert!(!holds(Match::exact("k", ""), None), "absent is not empty");
    }

    #[test]
    fn no_condition_matches_all_and_conditions_are_anded() {
        let request = Metadata::new(Direction::ClientToServer);
        let now = Instant::now();
        let all = config::Route::to("r", "c");
        assert!(Route::new(all.clone(), now).unwrap().matches(&request));
        let absent = all.when(Match::present("k").invert());
        assert!(Route::new(absent.clone(), now).unwrap().matches(&request));
        let both = absent.when(Match::present(OPERATION_KEY));
        assert!(!Route::new(both, now).unwrap().matches(&request));
    }

    #[test]
    fn the_wheel_is_exact_and_smooth() {
        let mut wheel = Wheel::new(vec![("a".into(), 9), ("z".into(), 0), ("b".into(), 1)]);
        for _ in 0..3 {
            let turn: Vec<_> = (0..10).map(|_| wheel.next().to_owned()).collect();
            assert_eq!(turn.iter().filter(|name| *name == "a").count(), 9);
            assert_eq!(turn.iter().filter(|name| *name == "b").count(), 1);
        }
        let mut wheel = Wheel::new(vec![("a".into(), 2), ("b".into(), 1)]);
        let turn: Vec<_> = (0..6).map(|_| wheel.next().to_owned()).collect();
        assert_eq!(turn, ["a", "b", "a", "a", "b", "a"]);
    }
}
