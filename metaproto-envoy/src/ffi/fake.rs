//! An Envoy for tests: the callbacks, over one connection in memory.
//!
//! A filter's connection has a chain of one filter, before something inside that may answer at once, as the connection
//! manager does.
#![allow(unsafe_code)]

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::ptr;

use super::abi::{Buffer, Envoy, IoResult, Module, Status, close, event, io};
use super::filter::FilterConfig;
use super::network::Hooks;
use super::{hooks, socket};

thread_local! {
    static LOG: RefCell<Vec<(u32, String)>> = const { RefCell::new(Vec::new()) };
    /// Names of counters, gauges and histograms; an id is a place.
    static METRICS: RefCell<Vec<(String, u64)>> = const { RefCell::new(Vec::new()) };
}

/// Takes the lines that were logged in this thread.
pub(super) fn log() -> Vec<(u32, String)> {
    LOG.take()
}

/// The value of a counter or a gauge, or how many values a histogram has, in all configurations of this thread.
pub(super) fn metric(name: &str) -> Option<u64> {
    METRICS.with_borrow(|metrics| {
        let mut values = metrics.iter().filter(|(known, _)| known == name);
        let first = values.next()?.1;
        Some(first + values.map(|(_, value)| value).sum::<u64>())
    })
}

/// A configuration for which counters can be defined.
pub(super) fn config() -> FilterConfig<'static> {
    // SAFETY: the callbacks of this file do not look at it.
    unsafe { FilterConfig::new(ptr::null_mut()) }
}

/// A connection with a network filter.
#[derive(Default)]
pub(super) struct FakeFilter {
    module: Cell<Option<Module>>,
    read: RefCell<VecDeque<Vec<u8>>>,
    write: RefCell<VecDeque<Vec<u8>>>,
    /// What came inside, and whether its end did.
    pub(super) inside: RefCell<Vec<u8>>,
    pub(super) inside_ended: Cell<bool>,
    /// What was written to the socket.
    pub(super) socket: RefCell<Vec<u8>>,
    /// Whether what is inside answers with what it gets, before it returns.
    pub(super) echoes: Cell<bool>,
    /// Whether what is inside is at work.
    at_work: Cell<bool>,
    pub(super) half_close: Cell<bool>,
    pub(super) read_disabled: Cell<i32>,
    pub(super) closed: RefCell<Option<(u32, String)>>,
    pub(super) schedulers: Cell<usize>,
    pub(super) scheduled: Cell<usize>,
}

impl FakeFilter {
    /// Envoy accepts a connection.
    pub(super) fn open(hooks: impl Hooks + 'static) -> Box<Self> {
        let fake = Box::<Self>::default();
        let hooks: Box<dyn Hooks> = Box::new(hooks);
        let module = Box::into_raw(Box::new(hooks)).cast_const().cast();
        fake.module.set(Some(module));
        // SAFETY: both pointers are those of this connection, as in all calls of hooks below.
        let status = unsafe { hooks::network_filter_new_connection(fake.envoy(), module) };
        assert_eq!(status, Status::Continue);
        fake
    }

    fn envoy(&self) -> Envoy {
        ptr::from_ref(self).cast_mut().cast()
    }

    fn module(&self) -> Module {
        self.module.get().unwrap()
    }

    /// The socket has `pieces` to read, and perhaps the end.
    pub(super) fn receive(&self, pieces: &[&[u8]], end: bool) {
        let mut read = self.read.borrow_mut();
        read.extend(pieces.iter().map(|piece| piece.to_vec()));
        let length = read.iter().map(Vec::len).sum();
        drop(read);
        // SAFETY: see `open`.
        let status =
            unsafe { hooks::network_filter_read(self.envoy(), self.module(), length, end) };
        if status == Status::Continue {
            let bytes = self.read.take().into_iter().flatten().collect::<Vec<_>>();
            self.inside_ended.set(self.inside_ended.get() | end);
            self.deliver(&bytes);
        }
    }

    /// What is inside gets bytes.
    fn deliver(&self, bytes: &[u8]) {
        assert!(!self.at_work.get(), "it is entered again while at work");
        self.inside.borrow_mut().extend_from_slice(bytes);
        if self.echoes.get() && !bytes.is_empty() {
            self.send(&[bytes], false);
        }
    }

    /// What is inside writes `pieces`, and perhaps its end.
    pub(super) fn send(&self, pieces: &[&[u8]], end: bool) {
        self.at_work.set(true);
        let mut write = self.write.borrow_mut();
        write.extend(pieces.iter().map(|piece| piece.to_vec()));
        let length = write.iter().map(Vec::len).sum();
        drop(write);
        // SAFETY: see `open`.
        let status =
            unsafe { hooks::network_filter_write(self.envoy(), self.module(), length, end) };
        let bytes = self.write.take().into_iter().flatten();
        if status == Status::Continue {
            self.socket.borrow_mut().extend(bytes);
        }
        self.at_work.set(false);
    }

    /// The event loop runs until nothing is left to do.
    pub(super) fn run(&self) {
        while let Some(left) = self.scheduled.get().checked_sub(1) {
            self.scheduled.set(left);
            // SAFETY: see `open`.
            unsafe { hooks::network_filter_scheduled(self.envoy(), self.module(), 0) };
        }
    }

    /// The peer resets the connection.
    pub(super) fn close(&self) {
        // SAFETY: see `open`.
        unsafe {
            hooks::network_filter_event(self.envoy(), self.module(), event::REMOTE_CLOSE);
        }
    }

    /// The socket holds too much, or no longer.
    pub(super) fn watermark(&self, above: bool) {
        // SAFETY: see `open`.
        unsafe { hooks::network_filter_watermark(self.envoy(), self.module(), above) }
    }
}

impl Drop for FakeFilter {
    fn drop(&mut self) {
        // SAFETY: see `open`.
        unsafe { hooks::network_filter_destroy(self.module()) };
        assert_eq!(self.schedulers.get(), 0, "each scheduler is deleted");
    }
}

/// A connection with a transport socket.
#[derive(Default)]
pub(super) struct FakeSocket {
    module: Cell<Option<Module>>,
    /// What the peer has sent; an empty piece is the end.
    pub(super) from_peer: RefCell<VecDeque<Vec<u8>>>,
    /// What the peer got.
    pub(super) to_peer: RefCell<Vec<u8>>,
    /// Where the peer gets it instead.
    pub(super) system: OnceCell<UnixStream>,
    /// How many bytes the peer takes now.
    pub(super) room: Cell<usize>,
    /// What Envoy has read.
    pub(super) read: RefCell<Vec<u8>>,
    /// What Envoy has to write.
    pub(super) write: RefCell<VecDeque<Vec<u8>>>,
    pub(super) is_connected: Cell<bool>,
    /// Whether Envoy was asked to read again.
    pub(super) is_readable: Cell<bool>,
    pub(super) is_shut: Cell<bool>,
}

impl FakeSocket {
    /// Envoy connects to a server.
    pub(super) fn open(connection: socket::Connection) -> Box<Self> {
        let fake = Box::<Self>::default();
        fake.room.set(usize::MAX);
        let module = Box::into_raw(Box::new(connection)).cast_const().cast();
        fake.module.set(Some(module));
        // SAFETY: both pointers are those of this connection, as in all calls of hooks below.
        unsafe { hooks::transport_socket_on_connected(fake.envoy(), module) };
        fake
    }

    fn envoy(&self) -> Envoy {
        ptr::from_ref(self).cast_mut().cast()
    }

    fn module(&self) -> Module {
        self.module.get().unwrap()
    }

    /// The event loop finds it readable.
    pub(super) fn do_read(&self) -> IoResult {
        self.is_readable.set(false);
        // SAFETY: see `open`.
        unsafe { hooks::transport_socket_do_read(self.envoy(), self.module()) }
    }

    /// The event loop finds it writable.
    pub(super) fn do_write(&self, end: bool) -> IoResult {
        // SAFETY: see `open`.
        unsafe { hooks::transport_socket_do_write(self.envoy(), self.module(), end) }
    }

    /// Envoy closes it.
    pub(super) fn close(&self) {
        // SAFETY: see `open`.
        unsafe { hooks::transport_socket_close(self.envoy(), self.module()) }
    }

    /// Why it failed.
    pub(super) fn failure(&self) -> String {
        let mut reason = Buffer::EMPTY;
        // SAFETY: see `open`; the text lives as long as the connection.
        let text = unsafe {
            hooks::transport_socket_get_failure_reason(self.module(), &raw mut reason);
            reason.bytes()
        };
        String::from_utf8(text.to_vec()).unwrap()
    }
}

impl Drop for FakeSocket {
    fn drop(&mut self) {
        // SAFETY: see `open`.
        unsafe { hooks::transport_socket_destroy(self.module()) }
    }
}

/// The filter that a callback is about.
fn filter<'a>(envoy: Envoy) -> &'a FakeFilter {
    // SAFETY: tests hand no other pointer to hooks, and outlive them.
    unsafe { &*envoy.cast::<FakeFilter>() }
}

/// The socket that a callback is about.
fn socket<'a>(envoy: Envoy) -> &'a FakeSocket {
    // SAFETY: tests hand no other pointer to hooks, and outlive them.
    unsafe { &*envoy.cast::<FakeSocket>() }
}

/// What the module hands over.
fn given<'a>(bytes: Buffer) -> &'a [u8] {
    // SAFETY: the module keeps it until the callback returns.
    unsafe { bytes.bytes() }
}

/// Writes to a place that the module has for it.
fn answer<T>(place: *mut T, value: T) {
    // SAFETY: the module says that it is one.
    unsafe { place.write(value) }
}

/// Takes away the first `length` bytes.
fn drain(pieces: &RefCell<VecDeque<Vec<u8>>>, mut length: usize) {
    let mut pieces = pieces.borrow_mut();
    while let Some(first) = pieces.front_mut().filter(|_| length > 0) {
        let count = length.min(first.len());
        first.drain(..count);
        length -= count;
        if first.is_empty() {
            pieces.pop_front();
        }
    }
    assert_eq!(length, 0, "drained more than there was");
}

fn show(pieces: &RefCell<VecDeque<Vec<u8>>>, places: *mut Buffer, most: usize) -> usize {
    let pieces = pieces.borrow();
    for (index, piece) in pieces.iter().take(most).enumerate() {
        // SAFETY: the module has room for as many as it says.
        answer(unsafe { places.add(index) }, Buffer::new(piece));
    }
    pieces.len().min(most)
}

fn define(name: Buffer, id: *mut usize) -> u32 {
    METRICS.with_borrow_mut(|metrics| {
        answer(id, metrics.len());
        metrics.push((String::from_utf8(given(name).to_vec()).unwrap(), 0));
    });
    0
}

fn increment(id: usize, by: u64) -> u32 {
    METRICS.with_borrow_mut(|metrics| metrics[id].1 += by);
    0
}

fn address(place: *mut Buffer, port: *mut u32) -> bool {
    answer(place, Buffer::new(b"192.0.2.1"));
    answer(port, 4711);
    true
}

/// Defines callbacks by their full names.
macro_rules! callbacks {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $answer:ty)? $body:block)+) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name($($argument: $type),*) $(-> $answer)? $body
        )+
    };
}

callbacks! {
    envoy_dynamic_module_callback_log(level: u32, message: Buffer) {
        let line = String::from_utf8(given(message).to_vec()).unwrap();
        LOG.with_borrow_mut(|log| log.push((level, line)));
    }
    envoy_dynamic_module_callback_log_enabled(_level: u32) -> bool { true }

    envoy_dynamic_module_callback_network_filter_config_define_counter
        (_config: Envoy, name: Buffer, id: *mut usize) -> u32 { define(name, id) }
    envoy_dynamic_module_callback_network_filter_config_define_histogram
        (_config: Envoy, name: Buffer, id: *mut usize) -> u32 { define(name, id) }
    envoy_dynamic_module_callback_network_filter_config_define_gauge
        (_config: Envoy, name: Buffer, id: *mut usize) -> u32 { define(name, id) }
    envoy_dynamic_module_callback_network_filter_increment_gauge
        (_filter: Envoy, id: usize, by: u64) -> u32 { increment(id, by) }
    envoy_dynamic_module_callback_network_filter_decrement_gauge
        (_filter: Envoy, id: usize, by: u64) -> u32 {
        METRICS.with_borrow_mut(|metrics| metrics[id].1 -= by);
        0
    }
    envoy_dynamic_module_callback_network_filter_increment_counter
        (_filter: Envoy, id: usize, by: u64) -> u32 { increment(id, by) }
    envoy_dynamic_module_callback_network_filter_record_histogram_value
        (_filter: Envoy, id: usize, _value: u64) -> u32 { increment(id, 1) }

    envoy_dynamic_module_callback_network_filter_get_read_buffer_chunks_size(envoy: Envoy) -> usize {
        filter(envoy).read.borrow().len()
    }
    envoy_dynamic_module_callback_network_filter_get_read_buffer_chunks
        (envoy: Envoy, places: *mut Buffer) -> bool {
        show(&filter(envoy).read, places, usize::MAX);
        true
    }
    envoy_dynamic_module_callback_network_filter_drain_read_buffer(envoy: Envoy, length: usize) -> bool {
        drain(&filter(envoy).read, length);
        true
    }
    envoy_dynamic_module_callback_network_filter_append_read_buffer(envoy: Envoy, bytes: Buffer) -> bool {
        filter(envoy).read.borrow_mut().push_back(given(bytes).to_vec());
        true
    }
    envoy_dynamic_module_callback_network_filter_inject_read_data(envoy: Envoy, bytes: Buffer, end: bool) {
        assert!(!end);
        filter(envoy).deliver(given(bytes));
    }

    envoy_dynamic_module_callback_network_filter_get_write_buffer_chunks_size(envoy: Envoy) -> usize {
        filter(envoy).write.borrow().len()
    }
    envoy_dynamic_module_callback_network_filter_get_write_buffer_chunks
        (envoy: Envoy, places: *mut Buffer) -> bool {
        show(&filter(envoy).write, places, usize::MAX);
        true
    }
    envoy_dynamic_module_callback_network_filter_drain_write_buffer(envoy: Envoy, length: usize) -> bool {
        drain(&filter(envoy).write, length);
        true
    }
    envoy_dynamic_module_callback_network_filter_append_write_buffer(envoy: Envoy, bytes: Buffer) -> bool {
        filter(envoy).write.borrow_mut().push_back(given(bytes).to_vec());
        true
    }
    envoy_dynamic_module_callback_network_filter_inject_write_data(envoy: Envoy, bytes: Buffer, end: bool) {
        assert!(!end);
        filter(envoy).socket.borrow_mut().extend_from_slice(given(bytes));
    }

    envoy_dynamic_module_callback_network_filter_enable_half_close(envoy: Envoy, enabled: bool) {
        filter(envoy).half_close.set(enabled);
    }
    envoy_dynamic_module_callback_network_filter_read_disable(envoy: Envoy, disable: bool) -> u32 {
        let count = &filter(envoy).read_disabled;
        count.set(count.get() + if disable { 1 } else { -1 });
        0
    }
    envoy_dynamic_module_callback_network_filter_close_with_details
        (envoy: Envoy, how: u32, details: Buffer) {
        let fake = filter(envoy);
        assert!(!fake.at_work.get(), "closed while what is inside is at work");
        let details = String::from_utf8(given(details).to_vec()).unwrap();
        assert!(fake.closed.replace(Some((how, details))).is_none(), "closed twice");
        // SAFETY: see `FakeFilter::open`.
        unsafe { hooks::network_filter_event(envoy, fake.module(), event::LOCAL_CLOSE) };
    }
    envoy_dynamic_module_callback_network_filter_get_connection_id(_filter: Envoy) -> u64 { 7 }
    envoy_dynamic_module_callback_network_filter_get_remote_address
        (_filter: Envoy, place: *mut Buffer, port: *mut u32) -> bool { address(place, port) }

    envoy_dynamic_module_callback_network_filter_scheduler_new(envoy: Envoy) -> Envoy {
        let count = &filter(envoy).schedulers;
        count.set(count.get() + 1);
        envoy
    }
    envoy_dynamic_module_callback_network_filter_scheduler_commit(scheduler: Envoy, _event: u64) {
        let count = &filter(scheduler).scheduled;
        count.set(count.get() + 1);
    }
    envoy_dynamic_module_callback_network_filter_scheduler_delete(scheduler: Envoy) {
        let count = &filter(scheduler).schedulers;
        count.set(count.get() - 1);
    }

    envoy_dynamic_module_callback_transport_socket_io_read
        (envoy: Envoy, place: *mut u8, length: usize, read: *mut usize) -> u32 {
        let mut pieces = socket(envoy).from_peer.borrow_mut();
        let Some(piece) = pieces.front_mut() else {
            answer(read, 0);
            return io::AGAIN;
        };
        let count = piece.len().min(length);
        // SAFETY: the module has room for as many bytes as it says.
        unsafe { ptr::copy_nonoverlapping(piece.as_ptr(), place, count) };
        answer(read, count);
        piece.drain(..count);
        if piece.is_empty() && count > 0 {
            pieces.pop_front();
        }
        io::SUCCESS
    }
    envoy_dynamic_module_callback_transport_socket_io_write
        (envoy: Envoy, bytes: *const u8, length: usize, written: *mut usize) -> u32 {
        let fake = socket(envoy);
        let count = length.min(fake.room.get());
        answer(written, count);
        if count == 0 {
            return io::AGAIN;
        }
        fake.room.set(fake.room.get() - count);
        let bytes = Buffer { pointer: bytes, length: count };
        fake.to_peer.borrow_mut().extend_from_slice(given(bytes));
        io::SUCCESS
    }
    envoy_dynamic_module_callback_transport_socket_io_shutdown_write(envoy: Envoy) {
        socket(envoy).is_shut.set(true);
    }
    envoy_dynamic_module_callback_transport_socket_get_fd(envoy: Envoy) -> i32 {
        socket(envoy).system.get().map_or(-1, UnixStream::as_raw_fd)
    }
    envoy_dynamic_module_callback_transport_socket_read_buffer_add
        (envoy: Envoy, bytes: *const u8, length: usize) {
        let bytes = Buffer { pointer: bytes, length };
        socket(envoy).read.borrow_mut().extend_from_slice(given(bytes));
    }
    envoy_dynamic_module_callback_transport_socket_write_buffer_get_slices
        (envoy: Envoy, places: *mut Buffer, count: *mut usize) {
        // SAFETY: the module says how many places there are.
        let most = unsafe { count.read() };
        answer(count, show(&socket(envoy).write, places, most));
    }
    envoy_dynamic_module_callback_transport_socket_write_buffer_drain(envoy: Envoy, length: usize) {
        drain(&socket(envoy).write, length);
    }
    envoy_dynamic_module_callback_transport_socket_raise_event(envoy: Envoy, what: u32) {
        assert_eq!(what, event::CONNECTED);
        socket(envoy).is_connected.set(true);
    }
    envoy_dynamic_module_callback_transport_socket_should_drain_read_buffer(_envoy: Envoy) -> bool {
        false
    }
    envoy_dynamic_module_callback_transport_socket_set_is_readable(envoy: Envoy) {
        socket(envoy).is_readable.set(true);
    }
    envoy_dynamic_module_callback_transport_socket_get_connection_id(_envoy: Envoy, id: *mut u64) -> bool {
        answer(id, 8);
        true
    }
    envoy_dynamic_module_callback_transport_socket_get_remote_address
        (_envoy: Envoy, place: *mut Buffer, port: *mut u32) -> bool { address(place, port) }
}

/// How a connection was closed.
pub(super) const FLUSHED: u32 = close::FLUSH_WRITE;
pub(super) const AT_ONCE: u32 = close::NO_FLUSH;
