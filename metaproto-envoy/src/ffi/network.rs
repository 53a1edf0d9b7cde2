//! A connection with a network filter: the half `downstream` before the connection manager, or `upstream` before the TCP
//! proxy of an internal listener.
//!
//! Whatever is *outside* comes and goes through the socket, whatever is *inside* through the filters after this one. Three
//! rules keep Envoy well:
//!
//! - Nothing is injected inwards while a filter inside is at work, that is in [`write`](Connection::write); it waits for
//!   the event loop.
//! - The half is never borrowed while Envoy is called in a way that may run another hook.
//! - The buffer of `write` is its caller's, and touched there only.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use super::abi::{Status, event};
use super::counters::{Counters, Teller};
use super::ends::End;
use super::filter::{Filter, Meter, Scheduler, Way};
use super::guard::{self, Panic};
use super::log::{Level, log};
use super::role::Role;
use crate::half::{Closing, Half};
use crate::tally::Counter;

/// One connection.
pub(super) struct Connection {
    role: Role,
    counters: Arc<Counters>,
    /// Gone after a panic, and when the connection is closed.
    half: RefCell<Option<Box<dyn Half>>>,
    scheduler: OnceCell<Option<Scheduler>>,
    /// Whether the event loop was asked to come back.
    scheduled: Cell<bool>,
    /// Whether bytes are being injected inwards: who does so looks for more afterwards.
    injecting: Cell<bool>,
    /// Whether the socket has more to write than Envoy wants to hold.
    above: Cell<bool>,
    /// Whether this filter has stopped reading from the socket.
    paused: Cell<bool>,
    life: Cell<Life>,
    teller: RefCell<Option<Teller>>,
}

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Open,
    /// Envoy was asked to close it.
    Closing,
    Closed,
}

/// What Envoy calls of a network filter. Hooks may run within hooks, so that it is shared, and not exclusive.
pub(super) trait Hooks {
    /// The connection is there. It keeps `meter` no longer than itself.
    fn opened(&self, filter: &Filter<'_>, meter: Meter<'static>) -> Status;

    /// Bytes came from outside, or their end.
    fn read(&self, filter: &mut Filter<'_>, end: bool) -> Status;

    /// Bytes came from inside, or their end; a filter inside is at work.
    fn write(&self, filter: &mut Filter<'_>, end: bool) -> Status;

    /// The event loop has come back: nothing inside is at work.
    fn scheduled(&self, filter: &Filter<'_>);

    /// Something became of the connection.
    fn event(&self, filter: &Filter<'_>, what: u32);

    /// The socket has more to write than Envoy wants to hold, or no longer.
    fn watermark(&self, filter: &Filter<'_>, above: bool);

    /// A hook panicked: this connection ends, and nothing else does.
    fn panicked(&self, filter: &Filter<'_>, hook: &str, panic: &Panic);
}

impl Connection {
    pub(super) fn new(role: Role, half: Box<dyn Half>, counters: Arc<Counters>) -> Self {
        Self {
            role,
            counters,
            half: RefCell::new(Some(half)),
            scheduler: OnceCell::new(),
            scheduled: Cell::new(false),
            injecting: Cell::new(false),
            above: Cell::new(false),
            paused: Cell::new(false),
            life: Cell::new(Life::Open),
            teller: RefCell::new(None),
        }
    }
}

impl Hooks for Connection {
    fn opened(&self, filter: &Filter<'_>, meter: Meter<'static>) -> Status {
        self.teller
            .replace(Some(Teller::new(&self.counters, meter)));
        if self.role == Role::Downstream {
            // A client that sends no more still waits for its answers.
            filter.enable_half_close();
        }
        Status::Continue
    }

    fn read(&self, filter: &mut Filter<'_>, end: bool) -> Status {
        // The connection manager would take the end of a client's bytes for the end of the connection.
        let swallow = end && self.role == Role::Downstream;
        let passed = self.pass(filter, Way::Read, swallow, swallow);
        if swallow {
            self.inject_inside(filter);
        }
        self.inject_outside(filter);
        self.settle(filter);
        if passed || (end && !swallow) {
            Status::Continue
        } else {
            Status::StopIteration
        }
    }

    fn write(&self, filter: &mut Filter<'_>, end: bool) -> Status {
        self.pass(
            filter,
            Way::Write,
            false,
            end && self.role == Role::Upstream,
        );
        self.settle(filter);
        Status::Continue
    }

    fn scheduled(&self, filter: &Filter<'_>) {
        self.scheduled.set(false);
        if self.life.get() != Life::Open {
            return;
        }
        self.inject_inside(filter);
        self.inject_outside(filter);
        self.close_if_due(filter);
        self.settle(filter);
    }

    fn event(&self, filter: &Filter<'_>, what: u32) {
        if matches!(what, event::REMOTE_CLOSE | event::LOCAL_CLOSE) {
            self.life.set(Life::Closed);
            self.flush_tally(filter);
            // What it keeps is given back while gauges can be told, which is before the filter is destroyed.
            let half = self.half.take();
            drop(half);
            self.counters.gauge(&filter.meter());
            self.teller.take();
        }
    }

    fn watermark(&self, filter: &Filter<'_>, above: bool) {
        self.above.set(above);
        self.pause_or_resume(filter);
    }

    fn panicked(&self, filter: &Filter<'_>, hook: &str, Panic(what): &Panic) {
        log(
            Level::Error,
            format_args!(
                "{}: {}: panic in {hook}, which costs this connection: {what}",
                self.role,
                filter.peer()
            ),
        );
        self.counters
            .count(&filter.meter(), self.role, Counter::Panic);
        // What is left of the half is not looked at again, but for what it does when it is dropped.
        if let Ok(mut half) = self.half.try_borrow_mut() {
            let half = half.take();
            let _ = guard::run(|| drop(half));
        }
        if !self.schedule(filter) {
            self.close(filter, false, "metaproto_panic");
        }
    }
}

impl Connection {
    /// Hands the half what is in the buffer, and puts there what the half owes to the other side, unless that is `held`
    /// back. Answers whether there is something in the buffer now.
    fn pass(&self, filter: &mut Filter<'_>, way: Way, held: bool, end: bool) -> bool {
        let mut half = self.half.borrow_mut();
        let mut buffer = filter.buffer(way);
        let (from, to) = match way {
            Way::Read => (self.role.outside(), self.role.inside()),
            Way::Write => (self.role.inside(), self.role.outside()),
        };
        let mut length = 0;
        let Some(half) = half.as_deref_mut() else {
            buffer.show(|pieces| length = pieces.len());
            buffer.drain(length);
            return false;
        };
        buffer.show(|pieces| {
            length = pieces.len();
            from.give(half, pieces);
        });
        buffer.drain(length);
        if end {
            half.end();
        }
        if held {
            return false;
        }
        let mut any = false;
        to.pour(half, |bytes| {
            any = true;
            buffer.append(bytes);
        });
        any
    }

    /// Injects all that the inside is owed, also what comes up meanwhile.
    fn inject_inside(&self, filter: &Filter<'_>) {
        self.injecting.set(true);
        while let Some(bytes) = self.next(self.role.inside()) {
            filter.inject_read(&bytes);
        }
        self.injecting.set(false);
    }

    /// Writes all that the outside is owed.
    fn inject_outside(&self, filter: &Filter<'_>) {
        while let Some(bytes) = self.next(self.role.outside()) {
            filter.inject_write(&bytes);
        }
    }

    /// Bytes that an end is owed, as long as the connection is there.
    fn next(&self, end: End) -> Option<bytes::Bytes> {
        if self.life.get() == Life::Closed {
            return None;
        }
        let mut half = self.half.borrow_mut();
        Some(end.take(half.as_deref_mut()?)).filter(|bytes| !bytes.is_empty())
    }

    /// What is looked after at the end of each hook.
    fn settle(&self, filter: &Filter<'_>) {
        self.flush_tally(filter);
        if self.life.get() != Life::Open {
            return;
        }
        self.pause_or_resume(filter);
        if !self.injecting.get() && self.has_to_come_back() {
            self.schedule(filter);
        }
    }

    fn has_to_come_back(&self) -> bool {
        let mut half = self.half.borrow_mut();
        let Some(half) = half.as_deref_mut() else {
            return true;
        };
        self.role.inside().owed(half) > 0
            || self.role.outside().owed(half) > 0
            || half.closing().is_some()
    }

    /// Asks the event loop to come back; false where Envoy has none.
    fn schedule(&self, filter: &Filter<'_>) -> bool {
        let scheduler = self.scheduler.get_or_init(|| filter.scheduler());
        if let Some(scheduler) = scheduler
            && !self.scheduled.replace(true)
        {
            scheduler.commit();
        }
        scheduler.is_some()
    }

    /// Reads from the client as long as it also reads, and as long as the half has room. Envoy counts the stops, of which
    /// this filter adds one or none.
    fn pause_or_resume(&self, filter: &Filter<'_>) {
        if self.role != Role::Downstream || self.life.get() != Life::Open {
            // The TCP proxy looks after watermarks itself.
            return;
        }
        let half = self.half.borrow();
        let full = half.as_deref().is_some_and(Half::is_full);
        drop(half);
        let pause = self.above.get() || full;
        if self.paused.replace(pause) != pause {
            filter.read_disable(pause);
        }
    }

    /// Closes the connection if the half wants that, or is gone. All that it owed is written.
    fn close_if_due(&self, filter: &Filter<'_>) {
        let half = self.half.borrow();
        let closing = half.as_deref().map(|half| half.closing().cloned());
        drop(half);
        match closing {
            None => self.close(filter, false, "metaproto_panic"),
            Some(None) => {}
            Some(Some(Closing::Done)) => self.close(filter, true, "metaproto_done"),
            Some(Some(Closing::Refused(why))) => {
                log(
                    Level::Warn,
                    format_args!("{}: {}: {why}", self.role, filter.peer()),
                );
                self.close(filter, true, "metaproto_refused");
            }
        }
    }

    fn close(&self, filter: &Filter<'_>, flush: bool, details: &str) {
        if self.life.get() == Life::Open {
            self.life.set(Life::Closing);
            filter.close(flush, details);
        }
    }

    fn flush_tally(&self, filter: &Filter<'_>) {
        if let Some(half) = self.half.borrow_mut().as_deref_mut() {
            self.counters
                .flush(&filter.meter(), self.role, half.tally());
        }
    }
}
