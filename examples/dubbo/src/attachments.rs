//! The attachments of a request or response: a map at the end of the body, the only part of it that a mutation writes anew.
//!
//! Its texts are the properties of the message. Whatever else is in it stays there: numbers, lists, objects, keys that are
//! no texts. A reference says how many lists, maps and objects came before what it means, so none of these is taken out.

use metaproto_codec::{Change, Fault, Metadata, Mutation};

use crate::hessian::{MAX_DEPTH, Parsed, Tables, byte, refuse};
use crate::text::{self, Text, is_string, string};

/// Names that are the codec's own: they are those of the invocation, not of attachments.
pub(crate) const OWN: [&str; 2] = ["interface", "method"];

/// One attachment.
pub(crate) struct Entry<'a> {
    /// All its bytes.
    bytes: &'a [u8],
    /// Those of the key among them.
    key_bytes: &'a [u8],
    key: Option<Text<'a>>,
    value: Option<Text<'a>>,
    /// Something may refer to it, or to what comes after it by number.
    is_counted: bool,
}

/// Shows the attachments, one after the other; the bytes before the first of them, empty if there is null in place of a map.
pub(crate) fn each<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    mut show: impl FnMut(Entry<'a>) -> Result<(), Fault>,
) -> Parsed<'a, &'a [u8]> {
    let (rest, tag) = byte(input)?;
    let mut rest = match tag {
        b'N' => return Ok((rest, &[])),
        b'H' => rest,
        b'M' => tables.r#type(rest)?.0,
        _ => return refuse(input, Fault::Code { found: tag.into() }),
    };
    let head = before(input, rest);
    let depth = tables.enter(input, MAX_DEPTH)?;
    loop {
        if let [b'Z', after @ ..] = rest {
            return Ok((after, head));
        }
        let sizes = tables.sizes();
        let (behind_key, key) = text_or_value(tables, rest, depth)?;
        let (after, value) = text_or_value(tables, behind_key, depth)?;
        let entry = Entry {
            bytes: before(rest, after),
            key_bytes: before(rest, behind_key),
            key,
            value,
            is_counted: tables.sizes() != sizes,
        };
        if let Err(fault) = show(entry) {
            return refuse(rest, fault);
        }
        rest = after;
    }
}

impl Entry<'_> {
    /// Makes a property of it, if it is a text with a name that can be one.
    pub(crate) fn record(&self, message: &[u8], metadata: &mut Metadata) {
        let (Some(key), Some(value)) = (self.key, self.value) else {
            return;
        };
        if !key.is_name() || OWN.iter().any(|own| key.is(own)) {
            return;
        }
        if let Some(value) = value.record(message, metadata)
            && let Some(key) = key.record(message, metadata)
        {
            metadata.peer_property(key, value);
        }
    }
}

/// The attachments that were `input`, anew, with the changes of `mutation`.
pub(crate) fn rewrite<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    mutation: &Mutation,
) -> Parsed<'a, Vec<u8>> {
    let mut pending: Vec<_> = mutation.changes().map(Some).collect();
    let mut changed = Vec::with_capacity(input.len() + 64);
    let (rest, head) = each(tables, input, |entry| {
        let named = |(name, _): &(&str, Change<'_>)| entry.key.is_some_and(|key| key.is(name));
        let Some((name, change)) = mutation.changes().find(named) else {
            changed.extend(entry.bytes);
            return Ok(());
        };
        if entry.is_counted {
            return Err(refusal(name, change));
        }
        // Of a name that occurs more than once, one is left.
        let waiting = pending
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(named));
        if let Some((_, Change::Set(value))) = waiting.and_then(Option::take) {
            changed.extend(entry.key_bytes);
            text::write(value, &mut changed);
        }
        Ok(())
    })?;
    for (name, change) in pending.into_iter().flatten() {
        if let Change::Set(value) = change {
            text::write(name, &mut changed);
            text::write(value, &mut changed);
        }
    }
    let map = match (head, &changed[..]) {
        ([], []) => b"N".to_vec(),
        ([], entries) => [b"H", entries, b"Z"].concat(),
        (head, entries) => [head, entries, b"Z"].concat(),
    };
    Ok((rest, map))
}

/// Says that a change cannot be made.
pub(crate) fn refusal(key: &str, change: Change<'_>) -> Fault {
    let key = key.into();
    match change {
        Change::Set(_) => Fault::CannotSet { key },
        Change::Remove => Fault::CannotRemove { key },
    }
}

/// Reads a string, or skips a value of another kind.
fn text_or_value<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    depth: usize,
) -> Parsed<'a, Option<Text<'a>>> {
    if input.first().is_some_and(|tag| is_string(*tag)) {
        let (rest, text) = string(input)?;
        return Ok((rest, Some(text)));
    }
    let (rest, ()) = tables.value(input, depth)?;
    Ok((rest, None))
}

/// The bytes of `input` before `rest`, which is its end.
fn before<'a>(input: &'a [u8], rest: &[u8]) -> &'a [u8] {
    input.get(..input.len() - rest.len()).unwrap_or_default()
}
