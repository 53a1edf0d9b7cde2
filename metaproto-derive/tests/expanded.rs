//! The expansions as code that is compiled and judged like any other: the lints that a careful user may have switched on do
//! not look into macros, so they look at what these write.

#![forbid(unsafe_code)]
#![warn(
    clippy::pedantic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![allow(dead_code, reason = "nothing reads or writes messages here")]
#![allow(unreachable_pub, reason = "the declarations are as users have them")]
#![allow(
    clippy::redundant_locals,
    reason = "on paper the locals of the derive and those of the conditions have one name, in macros they do not meet"
)]

mod alignment {
    include!("expansions/alignment.expanded.rs");
}
mod bits {
    include!("expansions/bits.expanded.rs");
}
mod borrowed {
    include!("expansions/borrowed.expanded.rs");
}
mod checksum {
    include!("expansions/checksum.expanded.rs");
}
mod choice {
    include!("expansions/choice.expanded.rs");
}
mod conditions {
    include!("expansions/conditions.expanded.rs");
}
mod fixed {
    include!("expansions/fixed.expanded.rs");
}
mod map {
    include!("expansions/map.expanded.rs");
}
mod nested {
    include!("expansions/nested.expanded.rs");
}
mod strings {
    include!("expansions/strings.expanded.rs");
}
mod varint {
    include!("expansions/varint.expanded.rs");
}
mod with {
    include!("expansions/with.expanded.rs");
}
