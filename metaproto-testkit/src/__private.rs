//! What the macros of this crate expand to. Not part of the API.

use metaproto_codec::Codec;
use metaproto_codec::private::DefaultCodec;
pub use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// The name of a codec made by an expression: what comes before the first thing that is not a path.
#[must_use]
pub fn name(expression: &str) -> String {
    let is_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | ' ');
    let path = expression
        .split(|letter| !is_path(letter))
        .find(|part| !part.trim().is_empty());
    let words = path.unwrap_or("codec").split("::").map(str::trim);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    // `Rpc::new` is an `Rpc`, and so is `rpc::Rpc::default`.
    let mut types = words
        .iter()
        .filter(|word| word.starts_with(char::is_uppercase));
    let name = types.next_back().or(words.first());
    name.map_or("codec", |word| word).to_owned()
}

/// The codec of a type that stands alone in a macro. It is boxed here, so that a type that is none is one error.
#[must_use]
pub fn default_codec<C: DefaultCodec + 'static>() -> Box<dyn Codec> {
    Box::new(C::default())
}

/// The package that a fuzz crate is about: `cargo fuzz init` puts `-fuzz` behind its name.
#[must_use]
pub fn fuzzed_package(fuzz_crate: &str) -> &str {
    fuzz_crate.strip_suffix("-fuzz").unwrap_or(fuzz_crate)
}

/// A test as the harness knows it: its path without the name of the crate.
#[must_use]
pub fn test_path(module: &str, test: &str) -> String {
    match module.split_once("::") {
        Some((_, inner)) => format!("{inner}::{test}"),
        None => test.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_named_by_their_type() {
        assert_eq!(name("Rpc::new()"), "Rpc");
        assert_eq!(name("my_rpc :: Rpc :: with(3, \"x\")"), "Rpc");
        assert_eq!(name("make()"), "make");
        assert_eq!(name("Rpc { strict: true }"), "Rpc");
    }

    #[test]
    fn tests_are_named_as_the_harness_does() {
        assert_eq!(test_path("conformance", "t"), "t");
        assert_eq!(test_path("rpc::tests::suite", "t"), "tests::suite::t");
    }
}
