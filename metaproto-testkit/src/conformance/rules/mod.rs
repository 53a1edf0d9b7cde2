//! The rules, one file for each family, each rule's text beside its check.

mod decode;
mod encode;
mod hosts;
mod metadata;
mod reply;
mod robustness;
mod vectors;

use super::rule::Rule;

/// All rules by family. Ids are never reused.
pub(super) static FAMILIES: [&[Rule]; 6] = [
    decode::RULES,
    metadata::RULES,
    encode::RULES,
    reply::RULES,
    robustness::RULES,
    vectors::RULES,
];
