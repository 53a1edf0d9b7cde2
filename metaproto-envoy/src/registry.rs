//! The codecs of a module, by name.

use metaproto_codec::Codec;
use metaproto_codec::private::DefaultCodec;

/// Makes one codec, for one direction of one connection.
pub type MakeCodec = fn() -> Box<dyn Codec>;

/// The codecs of a module, by the names under which configurations ask for them.
#[derive(Clone, Copy, Debug)]
pub struct Registry(&'static [(&'static str, MakeCodec)]);

impl Registry {
    /// These codecs.
    ///
    /// # Panics
    ///
    /// A name is there twice, or has something else than lower-case letters, digits, `-` and `_`: it is a part of the
    /// names of counters. In a constant, that is an error of the compiler.
    #[must_use]
    pub const fn new(codecs: &'static [(&'static str, MakeCodec)]) -> Self {
        let mut index = 0;
        while index < codecs.len() {
            let name = codecs[index].0.as_bytes();
            assert!(
                is_name(name),
                "the name of a codec has lower-case letters, digits, `-` and `_`, at least one"
            );
            let mut before = 0;
            while before < index {
                assert!(
                    !is_same(codecs[before].0.as_bytes(), name),
                    "two codecs have the same name; rename one, configurations tell them apart by it"
                );
                before += 1;
            }
            index += 1;
        }
        Self(codecs)
    }

    /// What makes the codec `name`.
    ///
    /// # Errors
    ///
    /// A sentence that says which codecs there are.
    pub fn get(self, name: &str) -> Result<MakeCodec, String> {
        let Self(codecs) = self;
        let found = codecs.iter().find(|(codec, _)| *codec == name);
        found.map(|(_, make)| *make).ok_or_else(|| {
            let names: Vec<&str> = codecs.iter().map(|(codec, _)| *codec).collect();
            format!(
                "codec {name:?} is not in this module, which has {}",
                names.join(", ")
            )
        })
    }
}

const fn is_name(mut name: &[u8]) -> bool {
    let is_empty = name.is_empty();
    while let [first, rest @ ..] = name {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_') {
            return false;
        }
        name = rest;
    }
    !is_empty
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, one_rest @ ..], [second, other_rest @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (one_rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

/// Makes a codec that needs to be told nothing.
#[must_use]
pub fn default_codec<C: DefaultCodec + 'static>() -> Box<dyn Codec> {
    Box::new(C::default())
}

/// A codec that was told something.
#[must_use]
pub fn boxed_codec<C: Codec + 'static>(codec: C) -> Box<dyn Codec> {
    Box::new(codec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_all_their_bytes() {
        for (one, other, same) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("ab", "a", false),
            ("ab", "ac", false),
        ] {
            assert_eq!(is_same(one.as_bytes(), other.as_bytes()), same);
        }
        for (name, fits) in [("x-1_y", true), ("", false), ("X", false), ("a.b", false)] {
            assert_eq!(is_name(name.as_bytes()), fits, "{name:?}");
        }
    }
}
