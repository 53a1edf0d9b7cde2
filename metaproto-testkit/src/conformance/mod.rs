//! The conformance suite: what a codec must obey, each rule as a test of its own.
//!
//! ```no_run
//! // tests/conformance.rs, the whole file
//! use metaproto_codec::{Header, HeaderCodec, MIB};
//!
//! # #[derive(Header)]
//! # #[header(big_endian)]
//! # struct RpcHeader {
//! #     #[header(frame_len, max = MIB)]
//! #     length: u32,
//! # }
//! # type Rpc = HeaderCodec<RpcHeader>;
//! metaproto_testkit::conformance!(Rpc);
//! ```
//!
//! Each [`Rule`] has a test, such as `d003_chunking_is_invisible`, for `cargo test` and for nextest. The inputs are made
//! from the codec's [schema](metaproto_codec::Codec::schema) and from the [vectors](crate::vector) in `tests/vectors`. A
//! failure shows the smallest input that was found, and is saved so that it can be replayed.
//!
//! | Variable | Meaning |
//! |---|---|
//! | `METAPROTO_CASES=1000` | try harder: about so many cases of each kind, 100 if it is not set |
//! | `METAPROTO_STRICT=1` | rules of level "should" fail the test, too |
//! | `METAPROTO_REPLAY=FILE` | run the rules on the input in this file only |
//! | `METAPROTO_BLESS=1` | import recordings in the directory of vectors, and write down what the codec says of all vectors |
//! | `METAPROTO_FUZZ_SECONDS=60` | how long the test `fuzz_in_process` tries changed messages, 0.2 if it is not set |
//! | `METAPROTO_REPORT=DIR` | write JSON, JUnit XML and an HTML page to this directory of the workspace |
//!
//! A variable that holds anything else fails the tests, and says what it can hold.
//!
//! What it cannot know: round trips do not find a codec that is wrong in the same way in both directions. Only vectors
//! from an independent implementation do (V001), or a second implementation (V003).

pub(crate) mod bench;
pub(crate) mod case;
mod changes;
mod coverage;
mod dump;
pub(crate) mod files;
pub(crate) mod finding;
mod isolated;
pub(crate) mod rule;
mod rules;
pub(crate) mod shrink;
pub(crate) mod subject;
mod suite;
mod trace;
pub(crate) mod variable;

pub use rule::Rule;
pub use suite::Suite;

/// A whole conformance test: one `#[test]` for each [`Rule`](crate::conformance::Rule) of the suite.
///
/// The short form takes a type that has a `Default`. The long form takes an expression and options, in any order:
///
/// | Option | Meaning |
/// |---|---|
/// | `name = "Rpc"` | the codec's name in reports; default: how the macro names it |
/// | `vectors = "tests/golden"` | directory of vectors, from the package's; default: `tests/vectors`, if there is one |
/// | `limits = Limits { .. }` | the limits of the host |
/// | `capabilities = expr` | [`Capabilities`](metaproto_codec::Capabilities) in place of the codec's own; what they lack is *unsupported*, not failed |
/// | `reference = expr` | a second implementation of the protocol, for V003 |
/// | `strict = true` | rules of level "should" fail, too |
/// | `own_allocator` | do not install the allocator that counts, which R007 needs: for a file with two suites, or with an allocator of its own |
/// | `allow(D009 = "reason", ..)` | rules that the codec may break |
///
/// ```no_run
/// # use metaproto_codec::{Header, HeaderCodec, Limits, MIB};
/// # #[derive(Header)]
/// # #[header(big_endian)]
/// # struct RpcHeader {
/// #     #[header(frame_len, max = MIB)]
/// #     length: u32,
/// # }
/// # type Rpc = HeaderCodec<RpcHeader>;
/// metaproto_testkit::conformance! {
///     codec = Rpc::new(),
///     vectors = "tests/golden",
///     limits = Limits { max_frame: MIB },
///     allow(E010 = "the reserved byte is cleared on purpose"),
/// }
/// ```
#[macro_export]
macro_rules! conformance {
    // What is written like a call is no type, and the compiler would speak of something else.
    ($($path:ident)::+ ($($told:tt)*) $($options:tt)*) => {
        ::core::compile_error!(
            "an expression that makes a codec has `codec =` before it: `conformance! { codec = Rpc::new() }`"
        );
    };
    ($type:ident::<$($part:ty),+>::$make:ident ($($told:tt)*) $($options:tt)*) => {
        ::core::compile_error!(
            "an expression that makes a codec has `codec =` before it: `conformance! { codec = Rpc::new() }`"
        );
    };
    ($codec:ty $(,)?) => {
        $crate::conformance! { codec = $crate::__private::default_codec::<$codec>(), name = $crate::__private::name(::core::stringify!($codec)) }
    };
    (codec = $codec:expr $(, $($options:tt)*)?) => {
        $crate::__conformance_allocator! { $($($options)*)? }

        fn __metaproto_suite() -> &'static $crate::conformance::Suite {
            static SUITE: ::std::sync::OnceLock<$crate::conformance::Suite> = ::std::sync::OnceLock::new();
            SUITE.get_or_init(|| {
                let suite = $crate::conformance::Suite::new(
                    $crate::__private::name(::core::stringify!($codec)),
                    || ::std::boxed::Box::new($codec),
                );
                let suite = suite.package(::core::env!("CARGO_PKG_NAME"), ::core::env!("CARGO_MANIFEST_DIR"));
                let suite = suite.isolated_test(&$crate::__private::test_path(
                    ::core::module_path!(),
                    "r009_nesting_is_bounded",
                ));
                let suite = __metaproto_allocated(suite);
                $crate::__conformance_options!(suite, $($($options)*)?)
            })
        }

        #[test]
        fn fuzz_in_process() {
            $crate::fuzz::in_process(__metaproto_suite());
        }

        $crate::__conformance_tests! {
            d001_an_empty_buffer_waits = "D001";
            d002_every_prefix_waits = "D002";
            d003_chunking_is_invisible = "D003";
            d004_asking_again_changes_nothing = "D004";
            d005_done_consumes_a_byte = "D005";
            d006_done_consumes_one_frame = "D006";
            d007_pipelined_messages_all_arrive = "D007";
            d008_at_least_never_asks_too_much = "D008";
            d009_at_least_becomes_exact = "D009";
            d010_decode_is_deterministic = "D010";
            d011_earlier_messages_leave_nothing = "D011";
            d012_instances_are_isolated = "D012";
            d013_memory_layout_is_invisible = "D013";
            d014_what_follows_does_not_matter = "D014";
            m001_metadata_only_when_done = "M001";
            m002_sizes_add_up = "M002";
            m003_the_kind_is_a_declared_one = "M003";
            m004_ids_keep_their_width = "M004";
            m005_names_can_be_used_in_routes = "M005";
            m006_kinds_are_told_apart = "M006";
            m007_vectors_cover_every_kind = "M007";
            m008_the_wrong_direction_is_refused = "M008";
            m009_a_peers_property_disturbs_nothing = "M009";
            m010_errors_are_told_from_successes = "M010";
            e001_an_empty_mutation_changes_nothing = "E001";
            e002_every_change_takes_effect = "E002";
            e003_writing_anew_is_faithful = "E003";
            e004_lengths_follow_the_values = "E004";
            e005_encode_appends = "E005";
            e006_encoded_len_is_what_is_written = "E006";
            e007_what_does_not_fit_is_refused = "E007";
            e008_a_failed_encode_writes_nothing = "E008";
            e009_unknown_keys_are_answered_alike = "E009";
            e010_unknown_bits_survive = "E010";
            e011_a_removed_key_is_gone = "E011";
            e012_odd_keys_and_values_are_exact = "E012";
            e013_writing_needs_no_decoder = "E013";
            e014_payloads_are_shared = "E014";
            x001_a_request_is_answered = "X001";
            x002_the_reply_is_one_error_response = "X002";
            x003_the_reply_has_the_requests_id = "X003";
            x004_every_error_for_every_message = "X004";
            x005_any_text_can_be_reported = "X005";
            x006_no_answer_where_none_is_owed = "X006";
            x007_a_ping_gets_one_pong = "X007";
            r001_no_bytes_cause_a_panic = "R001";
            r002_an_error_is_final = "R002";
            r003_wrong_magic_is_refused_at_once = "R003";
            r004_inner_lengths_lie_within_outer_ones = "R004";
            r005_huge_lengths_do_not_wrap = "R005";
            r006_an_oversized_frame_is_refused_early = "R006";
            r007_memory_follows_the_bytes_received = "R007";
            r008_work_is_linear = "R008";
            r009_nesting_is_bounded = "R009";
            r010_errors_say_where = "R010";
            r011_a_codec_can_be_dropped_any_time = "R011";
            r012_the_largest_message_is_accepted = "R012";
            v001_golden_vectors_hold = "V001";
            v002_reject_vectors_are_refused = "V002";
            v003_a_second_implementation_agrees = "V003";
            v004_hosts_agree = "V004";
        }
    };
    ($codec:ty, $($options:tt)+) => {
        ::core::compile_error!(::core::concat!(
            "options go with an expression that makes a codec: conformance! { codec = ",
            ::core::stringify!($codec),
            "::default(), ",
            ::core::stringify!($($options)+),
            " }"
        ));
    };
}

/// One test for each rule.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($($name:ident = $id:literal;)*) => {$(
        #[test]
        fn $name() {
            __metaproto_suite().run($id);
        }
    )*};
}

/// Installs the allocator that counts, unless `own_allocator` is among the options.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_allocator {
    (own_allocator $($rest:tt)*) => {
        fn __metaproto_allocated(suite: $crate::conformance::Suite) -> $crate::conformance::Suite {
            suite
        }
    };
    ($other:tt $($rest:tt)*) => {
        $crate::__conformance_allocator! { $($rest)* }
    };
    () => {
        #[global_allocator]
        static __METAPROTO_ALLOCATOR: &$crate::__private::StatsAlloc<::std::alloc::System> =
            &$crate::__private::INSTRUMENTED_SYSTEM;

        fn __metaproto_allocated(suite: $crate::conformance::Suite) -> $crate::conformance::Suite {
            suite.allocated(|| __METAPROTO_ALLOCATOR.stats().bytes_allocated)
        }
    };
}

/// The suite with the options of the long form, one after the other.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_options {
    ($suite:expr, $(,)?) => {
        $suite
    };
    ($suite:expr, name = $name:expr $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite.name($name), $($($rest)*)?)
    };
    ($suite:expr, vectors = $directory:expr $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite.vectors($directory), $($($rest)*)?)
    };
    ($suite:expr, limits = $limits:expr $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite.limits($limits), $($($rest)*)?)
    };
    ($suite:expr, capabilities = $capabilities:expr $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite.capabilities($capabilities), $($($rest)*)?)
    };
    ($suite:expr, reference = $codec:expr $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite.reference(|| ::std::boxed::Box::new($codec)), $($($rest)*)?)
    };
    ($suite:expr, strict = $strict:expr $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite.strict($strict), $($($rest)*)?)
    };
    ($suite:expr, own_allocator $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!($suite, $($($rest)*)?)
    };
    ($suite:expr, allow($($rule:ident = $reason:literal),* $(,)?) $(, $($rest:tt)*)?) => {
        $crate::__conformance_options!(
            $suite$(.allow(::core::stringify!($rule), $reason))*,
            $($($rest)*)?
        )
    };
    ($suite:expr, $other:ident $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`",
            ::core::stringify!($other),
            "` is no option of conformance!, or is not written like one; it can be: name = \"..\", vectors = \"..\", \
             limits = Limits { .. }, capabilities = .., reference = .., strict = true, own_allocator, \
             allow(D009 = \"the reason\")"
        ))
    };
}

#[cfg(test)]
mod tests;
