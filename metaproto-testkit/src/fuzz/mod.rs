//! Fuzzing a codec: the rules of the [conformance suite](mod@crate::conformance) on inputs that nobody thought of.
//!
//! A property lives once: the rules that hold for any bytes are run by the suite on its own cases, by [`fuzz!`] under
//! libFuzzer, and by the test `fuzz_in_process` of [`conformance!`](crate::conformance!) without one. A fuzz target is a
//! file of two lines:
//!
//! ```text
//! #![no_main]
//! metaproto_testkit::fuzz!(Rpc);
//! ```
//!
//! * [`Input`] says what the bytes of an input mean. A plain message is one.
//! * [`run`] tries an input, and panics with the suite's own account of what is broken.
//! * [`mutate`] changes an input by the codec's schema, so that most of what comes out is still a message.
//! * [`in_process`] does both for a while, on the [`inputs`] that it makes of [`seeds`].
//!
//! [`fuzz!`]: crate::fuzz!

mod case;
mod input;
mod mutate;
mod octets;
mod process;
mod run;
mod tree;

pub use input::{Input, Key};
pub use mutate::{mutate, mutate_in_place};
pub use process::{in_process, inputs, seeds};
pub use run::{find, run};

/// A whole fuzz target for cargo-fuzz, but for its first line, `#![no_main]`, which no macro can write.
///
/// The short form takes a type that has a `Default`. The long form takes an expression and options, in any order, that
/// mean what they mean in [`conformance!`](crate::conformance!): `name`, `limits`, `capabilities`, `reference`, `strict`
/// and `allow`. Unlike there, rules of level "should" count unless `strict = false` is given. With `package = "rpc"` the
/// command that replays a finding names the package with the conformance test; default: the fuzz crate's own, without
/// `-fuzz` at its end.
///
/// The target's crate depends on `libfuzzer-sys`, as `cargo fuzz init` makes it.
///
/// ```text
/// #![no_main]
/// metaproto_testkit::fuzz! {
///     codec = Rpc::new(),
///     limits = Limits { max_frame: MIB },
///     allow(E010 = "the reserved byte is cleared on purpose"),
/// }
/// ```
#[macro_export]
macro_rules! fuzz {
    ($codec:ty $(,)?) => {
        $crate::fuzz! { codec = $crate::__private::default_codec::<$codec>(), name = ::core::stringify!($codec) }
    };
    (codec = $codec:expr $(, $($options:tt)*)?) => {
        fn __metaproto_suite() -> &'static $crate::conformance::Suite {
            static SUITE: ::std::sync::OnceLock<$crate::conformance::Suite> = ::std::sync::OnceLock::new();
            SUITE.get_or_init(|| {
                let suite = $crate::conformance::Suite::new(
                    $crate::__private::name(::core::stringify!($codec)),
                    || ::std::boxed::Box::new($codec),
                );
                let suite = suite.strict(true).package(
                    $crate::__private::fuzzed_package(::core::env!("CARGO_PKG_NAME")),
                    ::core::env!("CARGO_MANIFEST_DIR"),
                );
                $crate::__fuzz_options!(suite, $($($options)*)?)
            })
        }

        ::libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            $crate::fuzz::run(__metaproto_suite(), input);
        });

        ::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            let plain = ::libfuzzer_sys::fuzzer_mutate;
            $crate::fuzz::mutate_in_place(__metaproto_suite(), data, size, max_size, seed, plain)
        });
    };
}

/// The suite with the options of the long form: `package`, or one of those of `conformance!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __fuzz_options {
    ($suite:expr, package = $package:expr $(, $($rest:tt)*)?) => {
        $crate::__fuzz_options!($suite.package($package, ::core::env!("CARGO_MANIFEST_DIR")), $($($rest)*)?)
    };
    ($suite:expr, $($rest:tt)*) => {
        $crate::__conformance_options!($suite, $($rest)*)
    };
}
