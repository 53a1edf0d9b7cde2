//! No panic leaves a hook: it would end Envoy, and all its connections with it.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

/// A panic, as text.
pub(super) struct Panic(pub(super) String);

thread_local! {
    /// Where the last panic of this thread began, and what it said.
    static LAST: Cell<String> = const { Cell::new(String::new()) };
}

/// Sees to it that panics are told to [`run`], and not to the standard error of Envoy's process.
///
/// The hook is that of this module's copy of the standard library; other modules have their own.
pub(super) fn install() {
    panic::set_hook(Box::new(|panic| {
        LAST.set(panic.to_string().replace('\n', " "));
    }));
}

/// Runs the body of a hook.
///
/// After a panic, whoever is told must not use again what the body had borrowed mutably.
pub(super) fn run<R>(body: impl FnOnce() -> R) -> Result<R, Panic> {
    panic::catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        // Even dropping what was thrown may panic.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(payload)));
        Panic(LAST.take())
    })
}
