//! Envoy's log, under the name `dynamic_modules`.
#![allow(unsafe_code)]

use std::fmt;

use super::abi;

/// How much a line matters, in Envoy's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Info = 2,
    Warn = 3,
    Error = 4,
}

/// Writes a line, unless Envoy is told to drop those of this level.
#[cold]
pub(super) fn log(level: Level, message: fmt::Arguments<'_>) {
    let level = level as u32;
    // SAFETY: the callback takes any number.
    if !unsafe { abi::log_enabled(level) } {
        return;
    }
    let line = format!("metaproto: {message}");
    // SAFETY: Envoy reads the line before it returns.
    unsafe { abi::log(level, abi::Buffer::new(line.as_bytes())) }
}
