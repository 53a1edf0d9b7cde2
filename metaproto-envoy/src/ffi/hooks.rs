//! What a module exports, by the names that follow `envoy_dynamic_module_on_`: [`module!`](macro@crate::module) exports them.
//!
//! One rule of safety holds for all: Envoy calls them, as its interface says. It makes configurations on its main thread,
//! and whatever belongs to a connection on the thread of that connection.
#![allow(unsafe_code)]

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use super::abi::{self, Buffer, Envoy, IoResult, Module, Status};
use super::counters::Counters;
use super::filter::{Filter, FilterConfig, Meter};
use super::guard::{self, Panic};
use super::log::{Level, log};
use super::network::Hooks;
use super::role::Role;
use super::watch::{self, Watch};
use super::wire::Socket;
use super::{network, socket};
use crate::config::Config;
use crate::registry::{MakeCodec, Registry};

/// What the connections of one filter have in common; several threads look at it.
struct FilterFactory {
    /// None where it counts and does nothing else.
    role: Option<Role>,
    config: Arc<Config>,
    make: MakeCodec,
    counters: Arc<Counters>,
}

/// What the connections of one transport socket's configuration have in common; several threads look at it.
struct SocketFactory {
    role: Role,
    config: Arc<Config>,
    make: MakeCodec,
}

const fn is_shared<T: Send + Sync>() {}
const _: () = is_shared::<FilterFactory>();
const _: () = is_shared::<SocketFactory>();

/// The module was loaded. Answers which version of the interface it knows.
#[must_use]
pub fn program_init() -> *const c_char {
    // Without it, panics are told to the standard error, and nothing else is missing.
    let _ = guard::run(guard::install);
    abi::VERSION.as_ptr()
}

/// A listener has a filter of this module.
pub unsafe fn network_filter_config_new(
    codecs: Registry,
    envoy: Envoy,
    name: Buffer,
    config: Buffer,
) -> Module {
    // SAFETY: Envoy keeps both texts for the time of this hook.
    let (name, config) = unsafe { (name.bytes(), config.bytes()) };
    // SAFETY: Envoy has handed it to this hook.
    let envoy = unsafe { FilterConfig::new(envoy) };
    made("filter_name", name, || {
        let role = Role::named(name);
        if role.is_none() && name != watch::NAME.as_bytes() {
            return Err("it is neither downstream nor upstream, nor counters".to_owned());
        }
        let (config, make) = configure(codecs, config)?;
        announce(
            "network filter",
            role.map_or(watch::NAME, Role::as_str),
            &config,
        );
        let counters = Arc::new(Counters::define(&envoy, &config.codec));
        Ok(FilterFactory {
            role,
            config,
            make,
            counters,
        })
    })
}

/// The configuration is not used any more.
pub unsafe fn network_filter_config_destroy(config: Module) {
    // SAFETY: it is what `network_filter_config_new` made, and Envoy does not use it again.
    unsafe { destroy::<FilterFactory>(config) }
}

/// There is a connection. Where the answer is null, Envoy closes it.
pub unsafe fn network_filter_new(config: Module, _envoy: Envoy) -> Module {
    // SAFETY: it is what `network_filter_config_new` made, and Envoy keeps it as long as it has filters.
    let factory = unsafe { &*config.cast::<FilterFactory>() };
    begun(factory.role.map_or(watch::NAME, Role::as_str), || {
        let counters = Arc::clone(&factory.counters);
        let hooks: Box<dyn Hooks> = match factory.role {
            Some(role) => {
                let half = role.half(&factory.config, factory.make);
                Box::new(network::Connection::new(role, half, counters))
            }
            None => Box::new(Watch::new(counters)),
        };
        hooks
    })
}

/// The filters of a connection are all there.
pub unsafe fn network_filter_new_connection(envoy: Envoy, filter: Module) -> Status {
    // SAFETY: it is the filter of this hook. Envoy drops what the module keeps of it, the meter included, before it is gone.
    let meter = unsafe { Meter::kept(envoy) };
    let body = |hooks: &dyn Hooks, filter: &mut Filter<'_>| hooks.opened(filter, meter);
    // SAFETY: both are what Envoy hands to a filter's hook.
    unsafe { on_filter(envoy, filter, "new_connection", Status::StopIteration, body) }
}

/// Bytes were read from the socket.
pub unsafe fn network_filter_read(
    envoy: Envoy,
    filter: Module,
    _length: usize,
    end: bool,
) -> Status {
    let body = |hooks: &dyn Hooks, filter: &mut Filter<'_>| hooks.read(filter, end);
    // SAFETY: both are what Envoy hands to a filter's hook.
    unsafe { on_filter(envoy, filter, "read", Status::StopIteration, body) }
}

/// Bytes are to be written to the socket.
pub unsafe fn network_filter_write(
    envoy: Envoy,
    filter: Module,
    _length: usize,
    end: bool,
) -> Status {
    let body = |hooks: &dyn Hooks, filter: &mut Filter<'_>| hooks.write(filter, end);
    // SAFETY: both are what Envoy hands to a filter's hook.
    unsafe { on_filter(envoy, filter, "write", Status::StopIteration, body) }
}

/// Something became of the connection.
pub unsafe fn network_filter_event(envoy: Envoy, filter: Module, event: u32) {
    let body = |hooks: &dyn Hooks, filter: &mut Filter<'_>| {
        hooks.event(filter, event);
    };
    // SAFETY: both are what Envoy hands to a filter's hook.
    unsafe { on_filter(envoy, filter, "event", (), body) }
}

/// The event loop has come back, as it was asked to.
pub unsafe fn network_filter_scheduled(envoy: Envoy, filter: Module, _event: u64) {
    let body = |hooks: &dyn Hooks, filter: &mut Filter<'_>| {
        hooks.scheduled(filter);
    };
    // SAFETY: both are what Envoy hands to a filter's hook.
    unsafe { on_filter(envoy, filter, "scheduled", (), body) }
}

/// The socket has more, `above`, or again less to write than Envoy wants to hold.
pub unsafe fn network_filter_watermark(envoy: Envoy, filter: Module, above: bool) {
    let body = |hooks: &dyn Hooks, filter: &mut Filter<'_>| {
        hooks.watermark(filter, above);
    };
    // SAFETY: both are what Envoy hands to a filter's hook.
    unsafe { on_filter(envoy, filter, "watermark", (), body) }
}

/// The connection is gone.
pub unsafe fn network_filter_destroy(filter: Module) {
    // SAFETY: it is what `network_filter_new` made, and Envoy does not use it again.
    unsafe { destroy::<Box<dyn Hooks>>(filter) }
}

/// A cluster or a listener has a transport socket of this module.
pub unsafe fn transport_socket_factory_config_new(
    codecs: Registry,
    _envoy: Envoy,
    name: Buffer,
    config: Buffer,
    is_upstream: bool,
) -> Module {
    // SAFETY: Envoy keeps both texts for the time of this hook.
    let (name, config) = unsafe { (name.bytes(), config.bytes()) };
    made("transport_socket_name", name, || {
        let role = Role::named(name).ok_or("it is neither downstream nor upstream")?;
        match (role, is_upstream) {
            (Role::Downstream, true) => {
                return Err("it serves listeners; in a cluster the half is upstream".to_owned());
            }
            (Role::Upstream, false) => {
                return Err("it serves clusters; in a listener the half is downstream".to_owned());
            }
            (Role::Downstream, false) | (Role::Upstream, true) => {}
        }
        let (config, make) = configure(codecs, config)?;
        announce("transport socket", role.as_str(), &config);
        Ok(SocketFactory { role, config, make })
    })
}

/// The configuration is not used any more.
pub unsafe fn transport_socket_factory_config_destroy(config: Module) {
    // SAFETY: it is what `transport_socket_factory_config_new` made, and Envoy does not use it again.
    unsafe { destroy::<SocketFactory>(config) }
}

/// There is going to be a connection. Where the answer is null, Envoy closes it.
pub unsafe fn transport_socket_new(config: Module, _envoy: Envoy) -> Module {
    // SAFETY: it is what `transport_socket_factory_config_new` made, and Envoy keeps it as long as it has sockets.
    let factory = unsafe { &*config.cast::<SocketFactory>() };
    begun(factory.role.as_str(), || {
        let half = factory.role.half(&factory.config, factory.make);
        socket::Connection::new(factory.role, Arc::clone(&factory.config), half)
    })
}

/// The connection is there.
pub unsafe fn transport_socket_on_connected(envoy: Envoy, socket: Module) {
    let body = |connection: &socket::Connection, socket: &mut Socket<'_>| {
        connection.connected(socket);
    };
    // SAFETY: both are what Envoy hands to a socket's hook.
    unsafe { on_socket(envoy, socket, "on_connected", (), body) }
}

/// There may be something to read.
pub unsafe fn transport_socket_do_read(envoy: Envoy, socket: Module) -> IoResult {
    let body = |connection: &socket::Connection, socket: &mut Socket<'_>| connection.read(socket);
    // SAFETY: both are what Envoy hands to a socket's hook.
    unsafe { on_socket(envoy, socket, "do_read", IoResult::CLOSE, body) }
}

/// There may be something to write.
pub unsafe fn transport_socket_do_write(envoy: Envoy, socket: Module, end: bool) -> IoResult {
    let body =
        |connection: &socket::Connection, socket: &mut Socket<'_>| connection.write(socket, end);
    // SAFETY: both are what Envoy hands to a socket's hook.
    unsafe { on_socket(envoy, socket, "do_write", IoResult::CLOSE, body) }
}

/// The connection is closed.
pub unsafe fn transport_socket_close(envoy: Envoy, socket: Module) {
    let body = |connection: &socket::Connection, socket: &mut Socket<'_>| {
        connection.closed(socket);
    };
    // SAFETY: both are what Envoy hands to a socket's hook.
    unsafe { on_socket(envoy, socket, "close", (), body) }
}

/// Why the connection fails.
pub unsafe fn transport_socket_get_failure_reason(socket: Module, reason: *mut Buffer) {
    // SAFETY: it is what `transport_socket_new` made, and alive.
    let connection = unsafe { &*socket.cast::<socket::Connection>() };
    let text = connection.failure().unwrap_or_default();
    // SAFETY: Envoy has made a place for it. The text stays as it is once it is there, and Envoy copies it.
    unsafe { reason.write(Buffer::new(text.as_bytes())) }
}

/// Which protocol was negotiated: none.
pub unsafe fn transport_socket_get_protocol(protocol: *mut Buffer) {
    // SAFETY: Envoy has made a place for it.
    unsafe { protocol.write(Buffer::EMPTY) }
}

/// The connection is gone.
pub unsafe fn transport_socket_destroy(socket: Module) {
    // SAFETY: it is what `transport_socket_new` made, and Envoy does not use it again.
    unsafe { destroy::<socket::Connection>(socket) }
}

/// Reads a configuration.
fn configure(codecs: Registry, json: &[u8]) -> Result<(Arc<Config>, MakeCodec), String> {
    if json.is_empty() {
        return Err(
            "there is no configuration, which names the codec at least: {\"codec\": ..}".to_owned(),
        );
    }
    let config = Config::parse(json)?;
    let make = codecs.get(&config.codec)?;
    Ok((Arc::new(config), make))
}

/// Logs what holds, defaults included.
fn announce(what: &str, name: &str, config: &Config) {
    // It has no key that JSON cannot say.
    let config = serde_json::to_string(config).unwrap_or_default();
    log(Level::Info, format_args!("{what} {name}: {config}"));
}

/// What Envoy keeps of a configuration; null, and a line in the log, where it is refused.
fn made<T>(key: &str, name: &[u8], make: impl FnOnce() -> Result<T, String>) -> Module {
    let made = guard::run(make).unwrap_or_else(|Panic(what)| Err(format!("panic: {what}")));
    match made {
        Ok(made) => Box::into_raw(Box::new(made)).cast_const().cast(),
        Err(why) => {
            let name = String::from_utf8_lossy(name);
            log(Level::Error, format_args!("{key} {name:?}: {why}"));
            ptr::null()
        }
    }
}

/// What Envoy keeps of a connection; null, and a line in the log, where none can be made.
fn begun<T>(name: &str, begin: impl FnOnce() -> T) -> Module {
    match guard::run(begin) {
        Ok(connection) => Box::into_raw(Box::new(connection)).cast_const().cast(),
        Err(Panic(what)) => {
            log(
                Level::Error,
                format_args!("{name}: panic before a connection began: {what}"),
            );
            ptr::null()
        }
    }
}

/// Drops what Envoy kept.
///
/// # Safety
///
/// It is the pointer to a boxed `T` that Envoy was given, and is not used again.
unsafe fn destroy<T>(module: Module) {
    // SAFETY: the caller says so.
    let kept = unsafe { Box::from_raw(module.cast_mut().cast::<T>()) };
    if let Err(Panic(what)) = guard::run(|| drop(kept)) {
        log(Level::Error, format_args!("panic in destroy: {what}"));
    }
}

/// Runs a hook of a filter; after a panic, `otherwise` is the answer.
///
/// # Safety
///
/// `envoy` and `filter` are what Envoy has handed to the hook that runs.
unsafe fn on_filter<R>(
    envoy: Envoy,
    filter: Module,
    hook: &str,
    otherwise: R,
    body: impl FnOnce(&dyn Hooks, &mut Filter<'_>) -> R,
) -> R {
    // SAFETY: it is what `network_filter_new` made. Envoy drops it after its last hook. Hooks may run within hooks, so
    // that it is shared, and not exclusive.
    let hooks = unsafe { &*filter.cast::<Box<dyn Hooks>>() };
    // SAFETY: the filter does not leave this function, which ends with the hook.
    let mut filter = unsafe { Filter::new(envoy) };
    guard::run(|| body(hooks.as_ref(), &mut filter)).unwrap_or_else(|panic| {
        let _ = guard::run(|| hooks.panicked(&filter, hook, &panic));
        otherwise
    })
}

/// Runs a hook of a transport socket; after a panic, `otherwise` is the answer.
///
/// # Safety
///
/// `envoy` and `socket` are what Envoy has handed to the hook that runs.
unsafe fn on_socket<R>(
    envoy: Envoy,
    socket: Module,
    hook: &str,
    otherwise: R,
    body: impl FnOnce(&socket::Connection, &mut Socket<'_>) -> R,
) -> R {
    // SAFETY: it is what `transport_socket_new` made. Envoy drops it after its last hook. Hooks may run within hooks, so
    // that it is shared, and not exclusive.
    let connection = unsafe { &*socket.cast::<socket::Connection>() };
    // SAFETY: the socket does not leave this function, which ends with the hook.
    let mut socket = unsafe { Socket::new(envoy) };
    guard::run(|| body(connection, &mut socket)).unwrap_or_else(|panic| {
        let _ = guard::run(|| connection.panicked(&socket, hook, &panic));
        otherwise
    })
}
