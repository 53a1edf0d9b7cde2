//! What Envoy is told of tallies.
//!
//! Counters belong to network filters. A transport socket has none: it counts with those of any filter of the same codec that
//! its thread has, a [`Teller`]. Where there is none, its tally waits for one.
//!
//! What the stores of all threads keep is told as well, in gauges that all codecs have in common.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use metaproto_codec::Fault;

use super::filter::{FilterConfig, Meter};
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
    /// What waits, by codec and half.
    static DEFERRED: RefCell<Vec<(String, Role, Tally)>> = const { RefCell::new(Vec::new()) };
    /// With what sockets count.
    static TELLERS: RefCell<Vec<Rc<Told>>> = const { RefCell::new(Vec::new()) };
}

/// The counters that one filter's configuration has defined.
#[derive(Debug)]
pub(super) struct Counters {
    codec: String,
    downstream: Side,
    upstream: Side,
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
    pub(super) fn define(config: &FilterConfig<'_>, codec: &str) -> Self {
        let refused_by = Fault::RULES.iter();
        let refused_by =
            refused_by.map(|rule| config.counter(&format!("{codec}.refused_by.{rule}")));
        Self {
            codec: codec.to_owned(),
            downstream: Side::define(config, codec, Role::Downstream),
            upstream: Side::define(config, codec, Role::Upstream),
            refused_by: refused_by.collect(),
            gauges: GAUGES.map(|name| config.gauge(name)),
        }
    }

    /// Tells all of the `tally` of a half, and what sockets of the same codec have left in this thread.
    pub(super) fn flush(&self, meter: &Meter<'_>, role: Role, tally: &mut Tally) {
        self.tell(meter, self.side(role), tally);
        self.flush_waiting(meter);
    }

    /// Tells what sockets of the same codec have left in this thread.
    pub(super) fn flush_waiting(&self, meter: &Meter<'_>) {
        if WAITS.get() {
            self.flush_deferred(meter);
        }
        self.gauge(meter);
    }

    /// Tells by how much this thread's store has changed.
    pub(super) fn gauge(&self, meter: &Meter<'_>) {
        let now = stored();
        let told = TOLD.replace(now);
        for ((id, before), now) in self.gauges.iter().zip(told).zip(now) {
            if let Some(id) = id.filter(|_| before != now) {
                meter.adjust(id, before, now);
            }
        }
    }

    /// Tells of one.
    pub(super) fn count(&self, meter: &Meter<'_>, role: Role, counter: Counter) {
        let mut tally = Tally::default();
        tally.count(counter);
        self.tell(meter, self.side(role), &mut tally);
    }

    fn side(&self, role: Role) -> &Side {
        match role {
            Role::Downstream => &self.downstream,
            Role::Upstream => &self.upstream,
        }
    }

    fn flush_deferred(&self, meter: &Meter<'_>) {
        DEFERRED.with_borrow_mut(|deferred| {
            let mut left = false;
            for (codec, role, tally) in deferred {
                if *codec == self.codec {
                    self.tell(meter, self.side(*role), tally);
                }
                left |= !tally.is_empty();
            }
            WAITS.set(left);
        });
    }

    fn tell(&self, meter: &Meter<'_>, side: &Side, tally: &mut Tally) {
        tally.take_counts(|index, count| {
            if let Some(Some(id)) = side.counters.get(index) {
                meter.count(*id, count);
            }
        });
        for (histogram, value) in tally.take_samples() {
            if let Some(Some(id)) = side.histograms.get(histogram as usize) {
                meter.sample(*id, value);
            }
        }
        for rule in tally.take_faults() {
            let place = Fault::RULES.iter().position(|known| *known == rule);
            let id = place.and_then(|place| self.refused_by.get(place));
            if let Some(Some(id)) = id {
                meter.count(*id, 1);
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

/// Tells what a socket of `codec` has counted, or leaves it to the next filter of this thread.
pub(super) fn defer(codec: &str, role: Role, tally: &mut Tally) {
    if tally.is_empty() {
        return;
    }
    let teller = TELLERS.with_borrow(|tellers| {
        let mut tellers = tellers.iter();
        tellers.find(|told| told.counters.codec == codec).cloned()
    });
    if let Some(told) = teller {
        return told.counters.flush(&told.meter, role, tally);
    }
    DEFERRED.with_borrow_mut(|deferred| {
        let mut known = deferred.iter();
        let place = known.position(|(of, which, _)| of == codec && *which == role);
        let place = place.unwrap_or_else(|| {
            deferred.push((codec.to_owned(), role, Tally::default()));
            deferred.len() - 1
        });
        if let Some((_, _, waiting)) = deferred.get_mut(place) {
            waiting.absorb(tally, WAITING);
        }
    });
    WAITS.set(true);
}

/// A filter with whose counters the sockets of its thread count, as long as this is kept.
#[derive(Debug)]
pub(super) struct Teller(Rc<Told>);

#[derive(Debug)]
struct Told {
    counters: Arc<Counters>,
    meter: Meter<'static>,
}

impl Teller {
    /// The filter of this `meter`.
    pub(super) fn new(counters: &Arc<Counters>, meter: Meter<'static>) -> Self {
        let counters = Arc::clone(counters);
        let told = Rc::new(Told { counters, meter });
        TELLERS.with_borrow_mut(|tellers| tellers.push(Rc::clone(&told)));
        Self(told)
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        // At the end of a thread the list may be gone first.
        let _ = TELLERS.try_with(|tellers| {
            let mut tellers = tellers.borrow_mut();
            tellers.retain(|told| !Rc::ptr_eq(told, &self.0));
        });
    }
}
