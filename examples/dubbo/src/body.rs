//! What is in a body, by what its header says: first what tells messages apart, then what is skipped, then attachments.

use crate::header::{DubboHeader, HESSIAN2, Status};
use crate::hessian::{MAX_DEPTH, Parsed, Tables};
use crate::invocation::{self, Invocation, named};
use crate::result::{self, Outcome};

/// What the start of a body says.
pub(crate) enum Body<'a> {
    /// Of a request.
    Call(Invocation<'a>),
    /// Of a response of status 20.
    Result(Outcome),
    /// Of any other response: a text that says what went wrong.
    Failure,
    /// Of a heartbeat: null.
    Heartbeat,
    /// Of another event: a value that says what happened, such as `R` when a server drains.
    Event,
    /// In a serialization that is not Hessian2.
    Foreign,
}

/// Reads the start of a body.
pub(crate) fn start<'a>(header: &DubboHeader, input: &'a [u8]) -> Parsed<'a, Body<'a>> {
    if header.serialization_id != HESSIAN2 {
        return Ok((input, Body::Foreign));
    }
    if header.event {
        return Ok(match input {
            [b'N', rest @ ..] => (rest, Body::Heartbeat),
            [] => (input, Body::Heartbeat),
            _ => (input, Body::Event),
        });
    }
    if header.request {
        let (rest, invocation) = invocation::names(input)?;
        return Ok((rest, Body::Call(invocation)));
    }
    if header.status != Status::Ok {
        return Ok((input, Body::Failure));
    }
    let (rest, outcome) = result::outcome(input)?;
    Ok((rest, Body::Result(outcome)))
}

/// Skips what comes before the attachments; whether there are any.
pub(crate) fn middle<'a>(
    tables: &mut Tables,
    body: &Body<'a>,
    input: &'a [u8],
) -> Parsed<'a, bool> {
    let has_attachments = match body {
        Body::Call(_) => true,
        Body::Result(outcome) => outcome.has_attachments,
        _ => false,
    };
    let (rest, ()) = match body {
        Body::Call(_) => invocation::parameters(tables, input)?,
        Body::Result(outcome) => result::value(tables, *outcome, input)?,
        Body::Failure => named("error_message", invocation::string_or_null(input))?,
        Body::Event => named("event", tables.value(input, MAX_DEPTH))?,
        Body::Heartbeat => (input, ()),
        Body::Foreign => (<&[u8]>::default(), ()),
    };
    Ok((rest, has_attachments))
}
