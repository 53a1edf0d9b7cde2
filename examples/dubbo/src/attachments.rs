//! The attachments of a request or response: a map at the end of the body, the only part of it that a mutation writes anew.
//!
//! Its texts are the properties of the message. Whatever else is in it stays there: numbers, lists, objects, keys that are
//! no texts. A reference says how many lists, maps and objects came before what it means, so none of these is taken out.

use metaproto_codec::{Change, Fault, Metadata, Mutation};

use crate::hessian::{MAX_DEPTH, Parsed, Tables, byte, refuse, take};
use crate::text::{self, Text, is_string, string};

/// Names that are the codec's own: they are those of the invocation, not of attachments.
pub(crate) const OWN: [&str; 2] = ["interface", "method"];

/// One attachment.
struct Entry<'a> {
    key: Option<Text<'a>>,
    value: Option<Text<'a>>,
    /// Bytes of the key and the value.
    bytes: &'a [u8],
    /// Bytes of the key among them.
    key_len: usize,
    /// Something may refer to it, or to what comes after it by number.
    is_counted: bool,
}

/// Makes properties of the texts that have a name which can be one.
pub(crate) fn record<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    message: &[u8],
    metadata: &mut Metadata,
) -> Parsed<'a, &'a [u8]> {
    each(tables, input, |entry| {
        if let (Some(key), Some(value)) = (entry.key, entry.value)
            && key.is_name()
            && value.is_whole()
            && !OWN.iter().any(|own| key.is(own))
        {
            let value = value.record(message, metadata);
            let key = key.record(message, metadata);
            metadata.peer_property(key, value);
        }
        Ok(())
    })
}

/// The map anew, with the changes of `mutation`.
pub(crate) fn rewrite<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    mutation: &Mutation,
) -> Parsed<'a, Vec<u8>> {
    let mut pending: Vec<_> = mutation.changes().map(Some).collect();
    let mut map = Vec::with_capacity(input.len() + 64);
    let (rest, head) = each(tables, input, |entry| {
        let is_meant = |(name, _): &(&str, Change<'_>)| entry.key.is_some_and(|key| key.is(name));
        let Some((name, change)) = mutation.changes().find(is_meant) else {
            map.extend(entry.bytes);
            return Ok(());
        };
        if entry.is_counted {
            return Err(refusal(name, change));
        }
        // Of a name that occurs more than once, one is left.
        let slot = pending
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(is_meant));
        if let Some((_, Change::Set(value))) = slot.and_then(Option::take) {
            map.extend(entry.bytes.iter().take(entry.key_len));
            text::write(value, &mut map);
        }
        Ok(())
    })?;
    for (name, change) in pending.into_iter().flatten() {
        if let Change::Set(value) = change {
            text::write(name, &mut map);
            text::write(value, &mut map);
        }
    }
    let map = match (head, &map[..]) {
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

/// Shows the attachments, one after the other; the bytes before the first, none if there is null in place
/// of a map.
fn each<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    mut show: impl FnMut(Entry<'a>) -> Result<(), Fault>,
) -> Parsed<'a, &'a [u8]> {
    let mut rest = match byte(input)? {
        (rest, b'N') => return Ok((rest, &[])),
        (rest, b'H') => rest,
        (rest, b'M') => tables.r#type(rest)?.0,
        (_, tag) => return refuse(input, Fault::Code { found: tag.into() }),
    };
    let (_, head) = take(input, input.len() - rest.len())?;
    let (_, depth) = tables.enter(input, MAX_DEPTH)?;
    loop {
        if let [b'Z', after @ ..] = rest {
            return Ok((after, head));
        }
        let sizes = tables.sizes();
        let (behind_key, key) = text_or_value(tables, rest, depth)?;
        let (after, value) = text_or_value(tables, behind_key, depth)?;
        let entry = Entry {
            key,
            value,
            bytes: take(rest, rest.len() - after.len())?.1,
            key_len: rest.len() - behind_key.len(),
            is_counted: tables.sizes() != sizes,
        };
        show(entry).or_else(|fault| refuse(rest, fault).map(|(_, ())| ()))?;
        rest = after;
    }
}

/// Reads a string, or skips a value of another kind.
fn text_or_value<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    depth: usize,
) -> Parsed<'a, Option<Text<'a>>> {
    if input.first().is_some_and(|tag| is_string(*tag)) {
        return string(input).map(|(rest, text)| (rest, Some(text)));
    }
    tables.value(input, depth).map(|(rest, ())| (rest, None))
}
