//! The body of a request: what is called, with what.
//!
//! Hessian values in sequence: version of Dubbo, path of the service, version of the service, name of the method, types of the
//! parameters, a value for each of them, attachments. So says Dubbo's `DubboCodec.encodeRequestData`.

use metaproto_codec::Fault;
use metaproto_codec::nom::Broken;
use nom::error::ContextError;

use crate::hessian::{Parsed, Tables, broken, refuse};
use crate::text::string;

/// Reads the path of the service, which is the name of its interface as a rule, and the name of the method.
pub(crate) fn names(input: &[u8]) -> Parsed<'_, [&str; 2]> {
    let (input, ()) = named("dubbo_version", string_or_null(input))?;
    let (input, path) = named("path", name(input))?;
    let (input, ()) = named("service_version", string_or_null(input))?;
    let (input, method) = named("method", name(input))?;
    Ok((input, [path, method]))
}

/// Skips the types of the parameters, and the parameters; the attachments are left.
pub(crate) fn parameters<'a>(tables: &mut Tables, input: &'a [u8]) -> Parsed<'a> {
    let (mut rest, text) = named("parameter_types", string(input))?;
    let mut types = text.as_utf8().and_then(|types| str::from_utf8(types).ok());
    while types != Some("") {
        types = types.and_then(behind_type);
        if types.is_none() {
            let rule = "parameter types are descriptors of the Java virtual machine";
            return named("parameter_types", broken(input, rule));
        }
        (rest, _) = named("parameters", tables.value(rest))?;
    }
    Ok((rest, ()))
}

/// What is left behind the first of types such as `Ljava/lang/String;I[J`.
fn behind_type(types: &str) -> Option<&str> {
    let element = types.trim_start_matches('[');
    match element.strip_prefix('L') {
        Some(class) => class.split_once(';').map(|(_, rest)| rest),
        None => element.strip_prefix(['Z', 'B', 'C', 'D', 'F', 'I', 'J', 'S']),
    }
}

/// A name by which requests are routed: UTF-8 in one piece.
fn name(input: &[u8]) -> Parsed<'_, &str> {
    let (rest, text) = string(input)?;
    match text.as_utf8().map(str::from_utf8) {
        Some(Ok(name)) => Ok((rest, name)),
        _ => refuse(input, Fault::Utf8),
    }
}

/// Old peers write null for a version that they do not know.
pub(crate) fn string_or_null(input: &[u8]) -> Parsed<'_> {
    match input {
        [b'N', rest @ ..] => Ok((rest, ())),
        _ => string(input).map(|(rest, _)| (rest, ())),
    }
}

/// Says in which field it was that parsing failed.
pub(crate) fn named<'a, T>(name: &'static str, parsed: Parsed<'a, T>) -> Parsed<'a, T> {
    parsed.map_err(|error| error.map(|broken: Broken<'a>| Broken::add_context(&[], name, broken)))
}
