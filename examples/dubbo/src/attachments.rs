//! The attachments of a request or response: a map at the end of the body, the only part of it that a mutation writes anew.
//!
//! Its texts are the properties of the message. Whatever else is in it stays there: numbers, lists, objects, keys that are
//! no texts. A reference says how many lists, maps and objects came before what it means, so none of these is taken out.

use metaproto_codec::{Change, Fault, Metadata, Mutation};
use nom::bytes::complete::take;
use nom::number::complete::u8;

use crate::hessian::{Parsed, Tables, refuse, unknown};
use crate::text::{self, Text};

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
            && [key, value].iter().all(|text| text.is_whole())
            && is_name(&key.to_utf8())
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
    let undone = |(name, change)| (name, change, false);
    let mut changes: Vec<_> = mutation.changes().map(undone).collect();
    let mut map = Vec::with_capacity(input.len() + 64);
    let (rest, head) = each(tables, input, |entry| {
        let key = entry.key.map_or(Default::default(), Text::to_utf8);
        match changes
            .iter_mut()
            .find(|(name, ..)| key.eq_ignore_ascii_case(name.as_bytes()))
        {
            None => map.extend(entry.bytes),
            Some((name, change, _)) if entry.is_counted => return Err(change.refused(name)),
            Some((_, Change::Set(value), is_done @ false)) => {
                map.extend(entry.bytes.iter().take(entry.key_len));
                text::write(value, &mut map);
                *is_done = true;
            }
            // Of a name that occurs more than once, one is left.
            Some(_) => {}
        }
        Ok(())
    })?;
    for (name, change, is_done) in changes {
        if let (Change::Set(value), false) = (change, is_done) {
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

/// Whether it can name an attachment that is a property: names go into routes, logs and statistics.
pub(crate) fn is_name(name: &[u8]) -> bool {
    let is_own = |own: &&str| name.eq_ignore_ascii_case(own.as_bytes());
    !name.is_empty() && !name.iter().any(u8::is_ascii_control) && !OWN.iter().any(is_own)
}

/// Shows the attachments, one after the other; the bytes before the first, none if there is null in place
/// of a map.
fn each<'a>(
    tables: &mut Tables,
    input: &'a [u8],
    mut show: impl FnMut(Entry<'a>) -> Result<(), Fault>,
) -> Parsed<'a, &'a [u8]> {
    let mut rest = match u8(input)? {
        (rest, b'N') => return Ok((rest, &[])),
        (rest, b'H') => rest,
        (rest, b'M') => tables.r#type(rest)?.0,
        (_, tag) => return unknown(input, tag.into()),
    };
    let (_, head) = take(input.len() - rest.len())(input)?;
    tables.enter(input)?;
    loop {
        if let [b'Z', after @ ..] = rest {
            return Ok((after, head));
        }
        let sizes = tables.sizes();
        let (behind_key, key) = tables.value(rest)?;
        let (after, value) = tables.value(behind_key)?;
        let entry = Entry {
            key,
            value,
            bytes: take(rest.len() - after.len())(rest)?.1,
            key_len: rest.len() - behind_key.len(),
            is_counted: tables.sizes() != sizes,
        };
        show(entry).or_else(|fault| refuse(rest, fault).map(|(_, ())| ()))?;
        rest = after;
    }
}
