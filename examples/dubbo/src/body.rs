//! What is in a body, by what its header says: first what tells messages apart, then what is skipped, then attachments.
//!
//! A response of status 20 begins with a number that says what follows, any other is a text that says what went wrong. So
//! says Dubbo's `DubboCodec.encodeResponseData`.

use crate::header::{DubboHeader, HESSIAN2, OK};
use crate::hessian::{Parsed, Tables, int, unknown};
use crate::invocation::{self, named, string_or_null};

/// What the start of a body says.
pub(crate) enum Body<'a> {
    /// Of a request: interface and method.
    Call([&'a str; 2]),
    /// Of a response of status 20: 0 an exception, 1 a value, 2 null; 3 to 5 the same, and attachments, which servers send
    /// to clients that announce Dubbo 2.0.2 or later.
    Result(i32),
    /// Of any other response.
    Failure,
    /// Of a heartbeat: null.
    Heartbeat,
    /// Of another event: a value that says what happened, such as `R` when a server drains.
    Event,
    /// In a serialization that is not Hessian2.
    Foreign,
}

/// Reads a body up to its attachments, if it has any, or only what tells messages apart.
pub(crate) fn read<'a>(
    tables: &mut Tables,
    header: &DubboHeader,
    brief: bool,
    input: &'a [u8],
) -> Parsed<'a, (Body<'a>, Option<&'a [u8]>)> {
    let (rest, body) = start(header, input)?;
    let rest = match (&body, rest) {
        _ if brief => Default::default(),
        (Body::Call(_), _) => invocation::parameters(tables, rest)?.0,
        (Body::Result(0 | 1 | 3 | 4), _) => named("result", tables.value(rest))?.0,
        // Python's peers write null although the type says it.
        (Body::Result(2), [b'N', rest @ ..]) => rest,
        (Body::Result(_) | Body::Heartbeat | Body::Foreign, _) => rest,
        (Body::Failure, _) => named("error_message", string_or_null(rest))?.0,
        (Body::Event, _) => named("event", tables.value(rest))?.0,
    };
    Ok(match body {
        Body::Call(_) | Body::Result(3..) if !brief => (Default::default(), (body, Some(rest))),
        _ => (rest, (body, None)),
    })
}

/// Reads the start of a body.
fn start<'a>(header: &DubboHeader, input: &'a [u8]) -> Parsed<'a, Body<'a>> {
    Ok(match input {
        _ if header.serialization_id != HESSIAN2 => (Default::default(), Body::Foreign),
        [] | [b'N'] if header.event => (Default::default(), Body::Heartbeat),
        _ if header.event => (input, Body::Event),
        _ if header.request => {
            let (rest, names) = invocation::names(input)?;
            (rest, Body::Call(names))
        }
        _ if header.status != OK => (input, Body::Failure),
        // Node.js's `dubbo-remoting` writes null, false and the empty text as they are, without a type before them.
        [b'N' | b'F' | 0] => (Default::default(), Body::Result(2)),
        _ => match named("result_type", int(input))? {
            (rest, code @ 0..=5) => (rest, Body::Result(code)),
            (_, code) => return named("result_type", unknown(input, code)),
        },
    })
}
