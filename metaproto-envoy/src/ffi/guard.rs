//! No panic leaves a hook: it would end Envoy, and all its connections with it.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// A panic, as text.
pub(super) struct Panic(pub(super) String);

thread_local! {
    /// How many hooks are running, one within the other.
    static RUNNING: Cell<usize> = const { Cell::new(0) };
    /// Where the last panic of a hook began, and what it said.
    static LAST: Cell<String> = const { Cell::new(String::new()) };
}

/// Sees to it that panics of hooks are told to [`run`], and not to the standard error of Envoy's process.
///
/// What is set here is that of this module's copy of the standard library; other modules have their own.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let otherwise = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if RUNNING.get() == 0 {
                return otherwise(panic);
            }
            LAST.set(panic.to_string().replace('\n', " "));
        }));
    });
}

/// Runs the body of a hook.
///
/// After a panic, whoever is told must not use again what the body had borrowed mutably.
pub(super) fn run<R>(body: impl FnOnce() -> R) -> Result<R, Panic> {
    let running = RUNNING.replace(RUNNING.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        let panic = Panic(LAST.take());
        // Even dropping what was thrown may panic.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(payload)));
        panic
    });
    RUNNING.set(running);
    result
}
