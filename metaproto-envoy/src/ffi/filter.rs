//! A network filter as safe code sees it.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;

use super::abi::{self, Envoy};
use super::peer::Peer;

/// The filter that a hook is about, for the time of that hook.
pub(super) struct Filter<'hook> {
    envoy: Envoy,
    hook: PhantomData<&'hook ()>,
}

/// Which of the two buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From the socket into Envoy.
    Read,
    /// From Envoy to the socket.
    Write,
}

impl Filter<'_> {
    /// The filter `envoy`.
    ///
    /// # Safety
    ///
    /// It is the filter that Envoy handed to the hook that runs, and `'hook` ends with that hook.
    pub(super) unsafe fn new(envoy: Envoy) -> Self {
        Self {
            envoy,
            hook: PhantomData,
        }
    }

    /// The bytes on their way through this filter. Only the hooks `read` and `write` have some, of their own way.
    pub(super) fn buffer(&mut self, way: Way) -> FilterBuffer<'_> {
        FilterBuffer {
            envoy: self.envoy,
            way,
            filter: PhantomData,
        }
    }

    /// Hands `bytes` to the filters after this one, as if they had just been read.
    ///
    /// Not to be called while one of these filters is at work, which is in `write`. They may answer before this
    /// returns, and so run `write`.
    pub(super) fn inject_read(&self, bytes: &[u8]) {
        // SAFETY: the filter is alive, and Envoy copies the bytes.
        unsafe { abi::filter_inject_read_data(self.envoy, abi::Buffer::new(bytes), false) }
    }

    /// Writes `bytes` to the socket, past this filter. Watermarks may be passed before this returns.
    pub(super) fn inject_write(&self, bytes: &[u8]) {
        // SAFETY: the filter is alive, and Envoy copies the bytes.
        unsafe { abi::filter_inject_write_data(self.envoy, abi::Buffer::new(bytes), false) }
    }

    /// Lets a peer that sends no more still read.
    pub(super) fn enable_half_close(&self) {
        // SAFETY: the filter is alive.
        unsafe { abi::filter_enable_half_close(self.envoy, true) }
    }

    /// Stops or continues to read from the socket. Envoy counts: each stop needs one continuation.
    pub(super) fn read_disable(&self, disable: bool) {
        // SAFETY: the filter is alive.
        unsafe { abi::filter_read_disable(self.envoy, disable) };
    }

    /// Closes the connection, for a reason that access logs show as its termination details. Its event may come before
    /// this returns.
    pub(super) fn close(&self, flush: bool, details: &str) {
        let how = if flush {
            abi::close::FLUSH_WRITE
        } else {
            abi::close::NO_FLUSH
        };
        let details = abi::Buffer::new(details.as_bytes());
        // SAFETY: the filter is alive, and Envoy copies the details.
        unsafe { abi::filter_close_with_details(self.envoy, how, details) }
    }

    /// What counts for this filter, during this hook.
    pub(super) fn meter(&self) -> Meter<'_> {
        Meter {
            envoy: self.envoy,
            filter: PhantomData,
        }
    }

    /// Whom the connection is with.
    pub(super) fn peer(&self) -> Peer {
        // SAFETY: the filter is alive.
        let id = unsafe { abi::filter_connection_id(self.envoy) };
        let (mut address, mut port) = (abi::Buffer::EMPTY, 0);
        // SAFETY: the filter is alive, and both places are there to be written.
        let known =
            unsafe { abi::filter_remote_address(self.envoy, &raw mut address, &raw mut port) };
        // SAFETY: the address is Envoy's text, which lives as long as the connection; it is copied at once.
        let address = unsafe { address.bytes() };
        Peer::new(id, known.then_some((address, port)))
    }

    /// What lets the event loop come back to this filter, unless Envoy has none.
    pub(super) fn scheduler(&self) -> Option<Scheduler> {
        // SAFETY: the filter is alive.
        let scheduler = unsafe { abi::filter_scheduler_new(self.envoy) };
        (!scheduler.is_null()).then_some(Scheduler(scheduler))
    }
}

/// The counters, gauges and histograms of a filter's configuration.
#[derive(Debug)]
pub(super) struct Meter<'filter> {
    envoy: Envoy,
    filter: PhantomData<&'filter ()>,
}

impl Meter<'static> {
    /// Those of the filter `envoy`, for longer than a hook.
    ///
    /// # Safety
    ///
    /// Nothing is counted after the hook in which Envoy drops what the module keeps of this filter.
    pub(super) unsafe fn kept(envoy: Envoy) -> Self {
        Self {
            envoy,
            filter: PhantomData,
        }
    }
}

impl Meter<'_> {
    /// Adds to a counter.
    pub(super) fn count(&self, id: usize, by: u64) {
        // SAFETY: the filter is alive; an id that is not known is refused.
        unsafe { abi::filter_increment_counter(self.envoy, id, by) };
    }

    /// Adds to a gauge what it has become more, or takes away what it has become less.
    pub(super) fn adjust(&self, id: usize, before: u64, now: u64) {
        // SAFETY: the filter is alive; an id that is not known is refused.
        unsafe {
            if now >= before {
                abi::filter_increment_gauge(self.envoy, id, now - before);
            } else {
                abi::filter_decrement_gauge(self.envoy, id, before - now);
            }
        }
    }

    /// Adds a value to a histogram.
    pub(super) fn sample(&self, id: usize, value: u64) {
        // SAFETY: the filter is alive; an id that is not known is refused.
        unsafe { abi::filter_record_histogram_value(self.envoy, id, value) };
    }
}

/// The bytes that Envoy has read or is about to write.
pub(super) struct FilterBuffer<'filter> {
    envoy: Envoy,
    way: Way,
    filter: PhantomData<&'filter mut ()>,
}

impl FilterBuffer<'_> {
    /// Shows all bytes, in pieces.
    pub(super) fn show(&self, show: impl FnOnce(Pieces<'_>)) {
        let mut few = [abi::Buffer::EMPTY; 16];
        let mut many = Vec::new();
        // SAFETY: the filter is alive. Where there is no buffer, there are no pieces.
        let count = unsafe {
            match self.way {
                Way::Read => abi::filter_read_chunks_size(self.envoy),
                Way::Write => abi::filter_write_chunks_size(self.envoy),
            }
        };
        let chunks = if count <= few.len() {
            &mut few[..count]
        } else {
            many.resize(count, abi::Buffer::EMPTY);
            &mut many[..]
        };
        if chunks.is_empty() {
            return;
        }
        let place = chunks.as_mut_ptr();
        // SAFETY: Envoy writes as many pieces as it has just counted, and has touched the buffer at no time in between.
        let filled = unsafe {
            match self.way {
                Way::Read => abi::filter_read_chunks(self.envoy, place),
                Way::Write => abi::filter_write_chunks(self.envoy, place),
            }
        };
        if filled {
            show(Pieces(chunks));
        }
    }

    /// Takes away the first `length` bytes.
    pub(super) fn drain(&mut self, length: usize) {
        if length == 0 {
            return;
        }
        // SAFETY: the filter is alive; Envoy drains no more than there is.
        unsafe {
            match self.way {
                Way::Read => abi::filter_drain_read_buffer(self.envoy, length),
                Way::Write => abi::filter_drain_write_buffer(self.envoy, length),
            }
        };
    }

    /// Appends a copy of `bytes`.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        let bytes = abi::Buffer::new(bytes);
        // SAFETY: the filter is alive, and Envoy copies the bytes.
        unsafe {
            match self.way {
                Way::Read => abi::filter_append_read_buffer(self.envoy, bytes),
                Way::Write => abi::filter_append_write_buffer(self.envoy, bytes),
            }
        };
    }
}

/// Bytes that lie in several places, all of which are there as long as this is.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'buffer>(&'buffer [abi::Buffer]);

impl<'buffer> Pieces<'buffer> {
    /// Bytes of all.
    pub(super) fn len(self) -> usize {
        self.0.iter().map(|piece| piece.length).sum()
    }

    /// Each.
    pub(super) fn iter(self) -> impl Iterator<Item = &'buffer [u8]> {
        // SAFETY: only `FilterBuffer` makes this, in `show`; there only `drain` and the end of the hook free a piece, and the
        // borrow of `show` rules out both.
        self.0.iter().map(|piece| unsafe { piece.bytes() })
    }
}

/// Lets the event loop of a filter's thread come back to it.
pub(super) struct Scheduler(Envoy);

impl Scheduler {
    /// Asks for one call of the hook `scheduled`. It is not made if the filter is gone by then.
    pub(super) fn commit(&self) {
        // SAFETY: the scheduler is alive until it is dropped.
        unsafe { abi::filter_scheduler_commit(self.0, 0) }
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        // SAFETY: it came from `filter_scheduler_new`, and is deleted once.
        unsafe { abi::filter_scheduler_delete(self.0) }
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scheduler")
    }
}

/// The configuration of a filter while it is made, which is when counters can be defined.
pub(super) struct FilterConfig<'hook> {
    envoy: Envoy,
    hook: PhantomData<&'hook ()>,
}

impl FilterConfig<'_> {
    /// The configuration `envoy`.
    ///
    /// # Safety
    ///
    /// It is that which Envoy handed to the hook that runs, and `'hook` ends with that hook.
    pub(super) unsafe fn new(envoy: Envoy) -> Self {
        Self {
            envoy,
            hook: PhantomData,
        }
    }

    /// Defines a counter, unless Envoy refuses.
    pub(super) fn counter(&self, name: &str) -> Option<usize> {
        let mut id = 0;
        let name = abi::Buffer::new(name.as_bytes());
        // SAFETY: the configuration is alive, Envoy copies the name, and the id is there to be written.
        let result = unsafe { abi::config_define_counter(self.envoy, name, &raw mut id) };
        (result == abi::METRICS_SUCCESS).then_some(id)
    }

    /// Defines a gauge, unless Envoy refuses.
    pub(super) fn gauge(&self, name: &str) -> Option<usize> {
        let mut id = 0;
        let name = abi::Buffer::new(name.as_bytes());
        // SAFETY: the configuration is alive, Envoy copies the name, and the id is there to be written.
        let result = unsafe { abi::config_define_gauge(self.envoy, name, &raw mut id) };
        (result == abi::METRICS_SUCCESS).then_some(id)
    }

    /// Defines a histogram, unless Envoy refuses.
    pub(super) fn histogram(&self, name: &str) -> Option<usize> {
        let mut id = 0;
        let name = abi::Buffer::new(name.as_bytes());
        // SAFETY: the configuration is alive, Envoy copies the name, and the id is there to be written.
        let result = unsafe { abi::config_define_histogram(self.envoy, name, &raw mut id) };
        (result == abi::METRICS_SUCCESS).then_some(id)
    }
}
