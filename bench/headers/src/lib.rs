//! The headers of `examples/gauntlet` in deku and in binrw, as their documentation would have them.
//!
//! Each file is one header, complete: constants checked, lengths tied to what they measure, maxima stated. Lines
//! `Not said:` at its top name what the library has no words for.

pub mod binrw;
pub mod deku;
