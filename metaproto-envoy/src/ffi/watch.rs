//! A network filter that lets everything pass, and tells what transport sockets have counted: these cannot tell it
//! themselves.

use std::cell::RefCell;
use std::sync::Arc;

use super::abi::{Status, event};
use super::counters::{Counters, Teller};
use super::filter::Filter;
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
    fn opened(&self, filter: &Filter<'_>) -> Status {
        let scheduler = filter.scheduler();
        let teller = scheduler.map(|scheduler| Teller::new(&self.counters, scheduler));
        self.teller.replace(teller);
        Status::Continue
    }

    fn read(&self, _filter: &mut Filter<'_>, _end: bool) -> Status {
        Status::Continue
    }

    fn write(&self, _filter: &mut Filter<'_>, _end: bool) -> Status {
        Status::Continue
    }

    fn scheduled(&self, filter: &Filter<'_>) {
        self.counters.flush_waiting(filter);
    }

    fn event(&self, filter: &Filter<'_>, what: u32) {
        if matches!(what, event::REMOTE_CLOSE | event::LOCAL_CLOSE) {
            // There may be no other one.
            self.counters.flush_waiting(filter);
            self.teller.replace(None);
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
