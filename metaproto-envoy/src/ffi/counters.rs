//! What Envoy is told of tallies.
//!
//! Counters belong to network filters. A transport socket has none: its tally waits in its thread until a filter of the
//! same codec runs there. Requests come through such a filter, so that it waits no longer than until the next one.
//!
//! What the stores of all threads keep is told as well, in gauges that all codecs have in common.

use std::cell::{Cell, RefCell};

use metaproto_codec::Fault;

use super::filter::{Filter, FilterConfig};
use super::role::Role;
use crate::store;
use crate::tally::{Counter, Histogram, Tally};

/// The gauges, in the order of [`stored`].
const GAUGES: [&str; 2] = ["store_requests", "store_bytes"];

/// Samples that wait in a thread, at most.
const WAITING: usize = 4096;

thread_local! {
    /// Whether any tally waits: what is asked each time.
    static WAITS: Cell<bool> = const { Cell::new(false) };
    /// What gauges were told of this thread's store.
    static TOLD: Cell<[u64; 2]> = const { Cell::new([0; 2]) };
    /// What waits, by codec.
    static DEFERRED: RefCell<Vec<(String, Tally)>> = const { RefCell::new(Vec::new()) };
}

/// The counters that one filter's configuration has defined.
#[derive(Debug)]
pub(super) struct Counters {
    codec: String,
    own: Side,
    /// Those of transport sockets.
    sockets: Side,
    /// By the place of the rule in [`Fault::RULES`].
    refused_by: Vec<Option<usize>>,
    /// In the order of [`GAUGES`].
    gauges: [Option<usize>; 2],
}

/// Those of a half: `awesomerpc.downstream.refused`.
#[derive(Debug)]
struct Side {
    /// By [`Counter::index`].
    counters: Vec<Option<usize>>,
    /// In the order of [`Histogram::NAMES`].
    histograms: Vec<Option<usize>>,
}

impl Counters {
    /// Defines all, so that each is there and 0 before something happens.
    pub(super) fn define(config: &FilterConfig<'_>, codec: &str, role: Role) -> Self {
        let refused_by = Fault::RULES.iter();
        let refused_by =
            refused_by.map(|rule| config.counter(&format!("{codec}.refused_by.{rule}")));
        Self {
            codec: codec.to_owned(),
            own: Side::define(config, codec, role),
            sockets: Side::define(config, codec, Role::Upstream),
            refused_by: refused_by.collect(),
            gauges: GAUGES.map(|name| config.gauge(name)),
        }
    }

    /// Tells all of `tally`, and what sockets of the same codec have left in this thread.
    pub(super) fn flush(&self, filter: &Filter<'_>, tally: &mut Tally) {
        self.tell(filter, &self.own, tally);
        if WAITS.get() {
            self.flush_deferred(filter);
        }
        self.gauge(filter);
    }

    /// Tells by how much this thread's store has changed.
    pub(super) fn gauge(&self, filter: &Filter<'_>) {
        let now = stored();
        let told = TOLD.replace(now);
        for ((id, before), now) in self.gauges.iter().zip(told).zip(now) {
            if let Some(id) = id.filter(|_| before != now) {
                filter.adjust(id, before, now);
            }
        }
    }

    /// Tells of one.
    pub(super) fn count(&self, filter: &Filter<'_>, counter: Counter) {
        let mut tally = Tally::default();
        tally.count(counter);
        self.tell(filter, &self.own, &mut tally);
    }

    #[cold]
    fn flush_deferred(&self, filter: &Filter<'_>) {
        DEFERRED.with_borrow_mut(|deferred| {
            let mut left = false;
            for (codec, tally) in deferred {
                if *codec == self.codec {
                    self.tell(filter, &self.sockets, tally);
                }
                left |= !tally.is_empty();
            }
            WAITS.set(left);
        });
    }

    fn tell(&self, filter: &Filter<'_>, side: &Side, tally: &mut Tally) {
        tally.take_counts(|index, count| {
            if let Some(Some(id)) = side.counters.get(index) {
                filter.count(*id, count);
            }
        });
        for (histogram, value) in tally.take_samples() {
            if let Some(Some(id)) = side.histograms.get(histogram as usize) {
                filter.sample(*id, value);
            }
        }
        for rule in tally.take_faults() {
            let place = Fault::RULES.iter().position(|known| *known == rule);
            let id = place.and_then(|place| self.refused_by.get(place));
            if let Some(Some(id)) = id {
                filter.count(*id, 1);
            }
        }
    }
}

impl Side {
    fn define(config: &FilterConfig<'_>, codec: &str, role: Role) -> Self {
        let counters = Counter::names();
        let counters = counters.map(|name| config.counter(&format!("{codec}.{role}.{name}")));
        let histograms = Histogram::NAMES.iter();
        let histograms = histograms.map(|name| config.histogram(&format!("{codec}.{role}.{name}")));
        Self {
            counters: counters.collect(),
            histograms: histograms.collect(),
        }
    }
}

/// Requests that this thread keeps, and bytes of all messages.
fn stored() -> [u64; 2] {
    [store::entries(), store::bytes()].map(|count| count as u64)
}

/// Leaves what a socket of `codec` has counted to the next filter of this thread.
pub(super) fn defer(codec: &str, tally: &mut Tally) {
    if tally.is_empty() {
        return;
    }
    DEFERRED.with_borrow_mut(|deferred| {
        let place = deferred.iter().position(|(known, _)| known == codec);
        let place = place.unwrap_or_else(|| {
            deferred.push((codec.to_owned(), Tally::default()));
            deferred.len() - 1
        });
        if let Some((_, waiting)) = deferred.get_mut(place) {
            waiting.absorb(tally, WAITING);
        }
    });
    WAITS.set(true);
}
