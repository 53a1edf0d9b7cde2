//! A network filter that lets everything pass, with whose counters transport sockets count: these have none.

use std::cell::RefCell;
use std::sync::Arc;

use super::abi::{Status, event};
use super::counters::{Counters, Teller};
use super::filter::{Filter, Meter};
use super::guard::Panic;
use super::log::{Level, log};
use super::network::Hooks;

/// The name that configurations give it.
pub(super) const NAME: &str = "counters";

/// One connection.
pub(super) struct Watch {
    counters: Arc<Counters>,
    teller: RefCell<Option<Teller>>,
}

impl Watch {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        Self {
            counters,
            teller: RefCell::new(None),
        }
    }
}

impl Hooks for Watch {
    fn opened(&self, _filter: &Filter<'_>, meter: Meter<'static>) -> Status {
        self.teller
            .replace(Some(Teller::new(&self.counters, meter)));
        Status::Continue
    }

    fn read(&self, _filter: &mut Filter<'_>, _end: bool) -> Status {
        Status::Continue
    }

    fn write(&self, _filter: &mut Filter<'_>, _end: bool) -> Status {
        Status::Continue
    }

    fn scheduled(&self, _filter: &Filter<'_>) {}

    fn event(&self, filter: &Filter<'_>, what: u32) {
        if matches!(what, event::REMOTE_CLOSE | event::LOCAL_CLOSE) {
            // What the socket has given back in its last hook.
            self.counters.gauge(&filter.meter());
            self.teller.take();
        }
    }

    fn watermark(&self, _filter: &Filter<'_>, _above: bool) {}

    fn panicked(&self, filter: &Filter<'_>, hook: &str, Panic(what): &Panic) {
        let peer = filter.peer();
        log(
            Level::Error,
            format_args!("{NAME}: {peer}: panic in {hook}: {what}"),
        );
    }
}
