//! What Envoy exports to dynamic modules, as far as it is used here: `source/extensions/dynamic_modules/abi/abi.h` of
//! Envoy 1.40, version [`VERSION`] of the interface.
//!
//! Envoy keeps what it has released, and adds only. A callback that an older Envoy lacks is found when the module is
//! loaded, since a module is linked with all its symbols at once.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_void};
use std::{ptr, slice};

/// The version of the interface that these declarations are of.
pub(super) const VERSION: &CStr = c"v0.2.0";

/// An object of Envoy's: a filter, a socket, a configuration, a scheduler.
pub type Envoy = *mut c_void;

/// An object of this module's, which Envoy keeps.
pub type Module = *const c_void;

/// A buffer of either side, borrowed for the time of a call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Buffer {
    pub(super) pointer: *const u8,
    pub(super) length: usize,
}

impl Buffer {
    pub(super) const EMPTY: Self = Self {
        pointer: ptr::null(),
        length: 0,
    };

    pub(super) const fn new(bytes: &[u8]) -> Self {
        Self {
            pointer: bytes.as_ptr(),
            length: bytes.len(),
        }
    }

    /// The bytes.
    ///
    /// # Safety
    ///
    /// For the lifetime that the caller chooses, Envoy neither frees nor changes them.
    pub(super) unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.pointer.is_null() {
            return &[];
        }
        // SAFETY: Envoy states the length of what the pointer shows, and the caller vouches for the lifetime.
        unsafe { slice::from_raw_parts(self.pointer, self.length) }
    }
}

/// `network_filter_data_status`.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The next filter sees what is in the buffer.
    Continue = 0,
    /// It does not.
    StopIteration = 1,
}

/// `network_connection_event`, as numbers since Envoy may add some.
pub(super) mod event {
    pub(crate) const REMOTE_CLOSE: u32 = 0;
    pub(crate) const LOCAL_CLOSE: u32 = 1;
    pub(crate) const CONNECTED: u32 = 2;
}

/// `network_connection_close_type`.
pub(super) mod close {
    pub(crate) const FLUSH_WRITE: u32 = 0;
    pub(crate) const NO_FLUSH: u32 = 1;
}

/// `transport_socket_io_status`.
pub(super) mod io {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const AGAIN: u32 = 1;
}

/// What becomes of a socket's connection: `transport_socket_post_io_action`.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// It stays open.
    KeepOpen = 0,
    /// It is closed.
    Close = 1,
}

/// `transport_socket_io_result`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoResult {
    pub(super) action: Action,
    /// What is counted as read or written; Envoy looks at what was read only if it is not 0.
    pub(super) bytes: u64,
    /// Whether the peer sends no more.
    pub(super) end: bool,
}

impl IoResult {
    pub(super) const CLOSE: Self = Self {
        action: Action::Close,
        bytes: 0,
        end: false,
    };
}

/// `metrics_result`.
pub(super) const METRICS_SUCCESS: u32 = 0;

unsafe extern "C" {
    #[link_name = "envoy_dynamic_module_callback_log"]
    pub(super) fn log(level: u32, message: Buffer);
    #[link_name = "envoy_dynamic_module_callback_log_enabled"]
    pub(super) fn log_enabled(level: u32) -> bool;

    #[link_name = "envoy_dynamic_module_callback_network_filter_config_define_counter"]
    pub(super) fn config_define_counter(config: Envoy, name: Buffer, id: *mut usize) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_config_define_histogram"]
    pub(super) fn config_define_histogram(config: Envoy, name: Buffer, id: *mut usize) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_config_define_gauge"]
    pub(super) fn config_define_gauge(config: Envoy, name: Buffer, id: *mut usize) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_increment_counter"]
    pub(super) fn filter_increment_counter(filter: Envoy, id: usize, by: u64) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_increment_gauge"]
    pub(super) fn filter_increment_gauge(filter: Envoy, id: usize, by: u64) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_decrement_gauge"]
    pub(super) fn filter_decrement_gauge(filter: Envoy, id: usize, by: u64) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_record_histogram_value"]
    pub(super) fn filter_record_histogram_value(filter: Envoy, id: usize, value: u64) -> u32;

    #[link_name = "envoy_dynamic_module_callback_network_filter_get_read_buffer_chunks_size"]
    pub(super) fn filter_read_chunks_size(filter: Envoy) -> usize;
    #[link_name = "envoy_dynamic_module_callback_network_filter_get_read_buffer_chunks"]
    pub(super) fn filter_read_chunks(filter: Envoy, chunks: *mut Buffer) -> bool;
    #[link_name = "envoy_dynamic_module_callback_network_filter_drain_read_buffer"]
    pub(super) fn filter_drain_read_buffer(filter: Envoy, length: usize) -> bool;
    #[link_name = "envoy_dynamic_module_callback_network_filter_append_read_buffer"]
    pub(super) fn filter_append_read_buffer(filter: Envoy, bytes: Buffer) -> bool;
    #[link_name = "envoy_dynamic_module_callback_network_filter_inject_read_data"]
    pub(super) fn filter_inject_read_data(filter: Envoy, bytes: Buffer, end: bool);

    #[link_name = "envoy_dynamic_module_callback_network_filter_get_write_buffer_chunks_size"]
    pub(super) fn filter_write_chunks_size(filter: Envoy) -> usize;
    #[link_name = "envoy_dynamic_module_callback_network_filter_get_write_buffer_chunks"]
    pub(super) fn filter_write_chunks(filter: Envoy, chunks: *mut Buffer) -> bool;
    #[link_name = "envoy_dynamic_module_callback_network_filter_drain_write_buffer"]
    pub(super) fn filter_drain_write_buffer(filter: Envoy, length: usize) -> bool;
    #[link_name = "envoy_dynamic_module_callback_network_filter_append_write_buffer"]
    pub(super) fn filter_append_write_buffer(filter: Envoy, bytes: Buffer) -> bool;
    #[link_name = "envoy_dynamic_module_callback_network_filter_inject_write_data"]
    pub(super) fn filter_inject_write_data(filter: Envoy, bytes: Buffer, end: bool);

    #[link_name = "envoy_dynamic_module_callback_network_filter_enable_half_close"]
    pub(super) fn filter_enable_half_close(filter: Envoy, enabled: bool);
    #[link_name = "envoy_dynamic_module_callback_network_filter_read_disable"]
    pub(super) fn filter_read_disable(filter: Envoy, disable: bool) -> u32;
    #[link_name = "envoy_dynamic_module_callback_network_filter_close_with_details"]
    pub(super) fn filter_close_with_details(filter: Envoy, how: u32, details: Buffer);
    #[link_name = "envoy_dynamic_module_callback_network_filter_get_connection_id"]
    pub(super) fn filter_connection_id(filter: Envoy) -> u64;
    #[link_name = "envoy_dynamic_module_callback_network_filter_get_remote_address"]
    pub(super) fn filter_remote_address(
        filter: Envoy,
        address: *mut Buffer,
        port: *mut u32,
    ) -> bool;

    #[link_name = "envoy_dynamic_module_callback_network_filter_scheduler_new"]
    pub(super) fn filter_scheduler_new(filter: Envoy) -> Envoy;
    #[link_name = "envoy_dynamic_module_callback_network_filter_scheduler_commit"]
    pub(super) fn filter_scheduler_commit(scheduler: Envoy, event: u64);
    #[link_name = "envoy_dynamic_module_callback_network_filter_scheduler_delete"]
    pub(super) fn filter_scheduler_delete(scheduler: Envoy);

    #[link_name = "envoy_dynamic_module_callback_transport_socket_io_read"]
    pub(super) fn socket_read(
        socket: Envoy,
        buffer: *mut u8,
        length: usize,
        read: *mut usize,
    ) -> u32;
    #[link_name = "envoy_dynamic_module_callback_transport_socket_io_write"]
    pub(super) fn socket_write(
        socket: Envoy,
        bytes: *const u8,
        length: usize,
        written: *mut usize,
    ) -> u32;
    #[link_name = "envoy_dynamic_module_callback_transport_socket_get_fd"]
    pub(super) fn socket_fd(socket: Envoy) -> i32;
    #[link_name = "envoy_dynamic_module_callback_transport_socket_io_shutdown_write"]
    pub(super) fn socket_shutdown_write(socket: Envoy);
    #[link_name = "envoy_dynamic_module_callback_transport_socket_read_buffer_add"]
    pub(super) fn socket_read_buffer_add(socket: Envoy, bytes: *const u8, length: usize);
    #[link_name = "envoy_dynamic_module_callback_transport_socket_write_buffer_get_slices"]
    pub(super) fn socket_write_slices(socket: Envoy, slices: *mut Buffer, count: *mut usize);
    #[link_name = "envoy_dynamic_module_callback_transport_socket_write_buffer_drain"]
    pub(super) fn socket_drain_write_buffer(socket: Envoy, length: usize);
    #[link_name = "envoy_dynamic_module_callback_transport_socket_raise_event"]
    pub(super) fn socket_raise_event(socket: Envoy, event: u32);
    #[link_name = "envoy_dynamic_module_callback_transport_socket_should_drain_read_buffer"]
    pub(super) fn socket_should_drain_read_buffer(socket: Envoy) -> bool;
    #[link_name = "envoy_dynamic_module_callback_transport_socket_set_is_readable"]
    pub(super) fn socket_set_is_readable(socket: Envoy);
    #[link_name = "envoy_dynamic_module_callback_transport_socket_get_connection_id"]
    pub(super) fn socket_connection_id(socket: Envoy, id: *mut u64) -> bool;
    #[link_name = "envoy_dynamic_module_callback_transport_socket_get_remote_address"]
    pub(super) fn socket_remote_address(
        socket: Envoy,
        address: *mut Buffer,
        port: *mut u32,
    ) -> bool;
}
