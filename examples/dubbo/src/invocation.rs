//! The body of a request: what is called, with what.
//!
//! Hessian values in sequence: version of Dubbo, path of the service, version of the service, name of the method, types of the
//! parameters, a value for each of them, attachments. So says Dubbo's `DubboCodec.encodeRequestData`.

use metaproto_codec::Fault;
use metaproto_codec::nom::Broken;
use nom::error::ContextError;

use crate::hessian::{MAX_DEPTH, Parsed, Tables, refuse};
use crate::text::{Text, string};

/// What a request says before its parameters.
pub(crate) struct Invocation<'a> {
    /// The path of the service: the name of its interface, as a rule.
    pub(crate) interface: Text<'a>,
    pub(crate) method: Text<'a>,
}

/// Reads the names; the types of the parameters are left.
pub(crate) fn names(input: &[u8]) -> Parsed<'_, Invocation<'_>> {
    let (input, ()) = named("dubbo_version", string_or_null(input))?;
    let (input, interface) = named("path", name(input))?;
    let (input, ()) = named("service_version", string_or_null(input))?;
    let (input, method) = named("method", name(input))?;
    Ok((input, Invocation { interface, method }))
}

/// Skips the types of the parameters, and the parameters; the attachments are left.
pub(crate) fn parameters<'a>(tables: &mut Tables, input: &'a [u8]) -> Parsed<'a> {
    let (mut input, types) = named("parameter_types", string(input))?;
    for parameter in Descriptors(types.chars()) {
        input = match parameter {
            Some(()) => named("parameters", tables.value(input, MAX_DEPTH))?.0,
            None => {
                let rule = "parameter types are descriptors of the Java virtual machine";
                return named("parameter_types", refuse(input, Fault::Protocol { rule }));
            }
        };
    }
    Ok((input, ()))
}

/// Says in which field it was that parsing failed.
pub(crate) fn named<'a, T>(name: &'static str, parsed: Parsed<'a, T>) -> Parsed<'a, T> {
    parsed.map_err(|error| error.map(|broken: Broken<'a>| Broken::add_context(&[], name, broken)))
}

/// A name by which requests are routed: text that a host can compare.
fn name(input: &[u8]) -> Parsed<'_, Text<'_>> {
    let (rest, text) = string(input)?;
    match text {
        Text::Chunks(_) if !text.chars().all(|char| char.is_some()) => refuse(input, Fault::Utf8),
        text => Ok((rest, text)),
    }
}

/// Old peers write null for a version that they do not know.
pub(crate) fn string_or_null(input: &[u8]) -> Parsed<'_> {
    match input {
        [b'N', rest @ ..] => Ok((rest, ())),
        _ => Ok((string(input)?.0, ())),
    }
}

/// Types one after another, such as `Ljava/lang/String;I[J`: something for each, and nothing for what is none.
struct Descriptors<I>(I);

impl<I: Iterator<Item = Option<char>>> Iterator for Descriptors<I> {
    type Item = Option<()>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self(chars) = self;
        let first = chars.next()?;
        let is_array = first == Some('[');
        let element = if is_array {
            chars.find(|char| *char != Some('[')).flatten()
        } else {
            first
        };
        Some(match element {
            Some('Z' | 'B' | 'C' | 'D' | 'F' | 'I' | 'J' | 'S') => Some(()),
            Some('L') => chars.find(|char| *char == Some(';')).map(|_| ()),
            _ => None,
        })
    }
}
