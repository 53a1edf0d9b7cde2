//! The body of a response: what came of a request.
//!
//! In a response of status 20, a number says what follows. In any other, there is a text that says what went wrong. So says
//! Dubbo's `DubboCodec.encodeResponseData`.

use metaproto_codec::Fault;

use crate::hessian::{MAX_DEPTH, Parsed, Tables, int, refuse};
use crate::invocation::named;

/// What a response of status 20 says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The method threw an exception, and this is it.
    pub(crate) is_exception: bool,
    /// A value or an exception follows.
    pub(crate) has_value: bool,
    /// Attachments follow after that. Servers send them to clients that announce version 2.0.2 or later.
    pub(crate) has_attachments: bool,
}

/// The number before the result.
pub(crate) fn outcome(input: &[u8]) -> Parsed<'_, Outcome> {
    let (rest, code) = named("result_type", int(input))?;
    if !(0..=5).contains(&code) {
        let found = code.cast_unsigned().into();
        return named("result_type", refuse(input, Fault::Code { found }));
    }
    let outcome = Outcome {
        is_exception: code % 3 == 0,
        has_value: code % 3 != 2,
        has_attachments: code >= 3,
    };
    Ok((rest, outcome))
}

/// Skips the value or the exception, if there is one.
pub(crate) fn value<'a>(tables: &mut Tables, outcome: Outcome, input: &'a [u8]) -> Parsed<'a> {
    match input {
        _ if outcome.has_value => {}
        // The null itself, which type 2 makes needless: Python's peers write it.
        [b'N', rest @ ..] if !outcome.has_attachments => return Ok((rest, ())),
        _ => return Ok((input, ())),
    }
    named("result", tables.value(input, MAX_DEPTH))
}
