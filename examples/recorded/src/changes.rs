//! Each key set, replaced, removed, and read back; everything else as it was.

use std::collections::BTreeMap;

use bytes::{Buf, Bytes};
use metaproto_codec::{CodecError, Fault, IdSpace, Metadata, Mutation, Output, RequestId};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::Protocol;
use crate::drive::decode_one;
use crate::expected::properties;

/// A key that no recording has.
const NEW: &str = "a-new-key";

/// What stands in the output before a change is written; it must stay.
const BEFORE: &[u8] = b"before";

/// Bytes of two ids.
const OLD_AND_NEW_ID: usize = 16;

/// One sentence for each change of `message` that does not do what it says, or does more.
pub(crate) fn check_changes(protocol: &dyn Protocol, message: &Metadata) -> Vec<String> {
    let mut check = Check {
        protocol,
        message,
        faults: Vec::new(),
    };
    let there = properties(message);
    let settable = protocol.codec().capabilities().settable;
    let mut keys: Vec<&str> = there.keys().map(String::as_str).collect();
    for key in settable.iter().copied().chain([NEW]) {
        if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            keys.push(key);
        }
    }
    for key in keys {
        let old = there.get(key).map(String::as_str);
        check.set(key, old);
        check.remove(key, old);
    }
    check.request_id();
    check.stream_id();
    check.faults
}

struct Check<'a> {
    protocol: &'a dyn Protocol,
    message: &'a Metadata,
    faults: Vec<String>,
}

impl Check<'_> {
    fn set(&mut self, key: &str, old: Option<&str>) {
        for value in self.protocol.values(key) {
            let what = format!("set {key} = {value:?}");
            let mutation = Mutation::new().set(key, &*value);
            if !self.protocol.can_set(self.message, key) {
                self.refused(&what, key, &mutation);
                continue;
            }
            let Some(changed) = self.changed(&what, self.message, &mutation) else {
                continue;
            };
            // The old property may go and the new one come at another place.
            let named = key.len() + value.len() + old.map_or(0, |old| key.len() + old.len());
            self.compare(&what, &changed, Some((key, Some(&value))), named);
            if old.is_none() && self.protocol.can_remove(self.message, key) {
                self.restored(&what, key, &changed);
            }
        }
    }

    /// What was given a property that it lacked is as it was once it is rid of it.
    fn restored(&mut self, what: &str, key: &str, changed: &Metadata) {
        let what = format!("{what}, then remove it");
        let Some(restored) = self.changed(&what, changed, &Mutation::new().remove(key)) else {
            return;
        };
        self.compare(&what, &restored, Some((key, None)), 0);
        if self.protocol.restores(self.message) && restored.frame() != self.message.frame() {
            self.fault(&what, "the bytes are not those that came".to_owned());
        }
    }

    fn remove(&mut self, key: &str, old: Option<&str>) {
        let what = format!("remove {key}");
        let mutation = Mutation::new().remove(key);
        if !self.protocol.can_remove(self.message, key) {
            if old.is_some() {
                self.refused(&what, key, &mutation);
            }
            return;
        }
        let Some(changed) = self.changed(&what, self.message, &mutation) else {
            return;
        };
        self.compare(
            &what,
            &changed,
            Some((key, None)),
            key.len() + old.map_or(0, str::len),
        );
        if old.is_none() && changed.frame() != self.message.frame() {
            self.fault(
                &what,
                "it was not there, and yet the bytes change".to_owned(),
            );
        }
    }

    fn request_id(&mut self) {
        let IdSpace::Number { bits, .. } = self.protocol.codec().capabilities().request_id else {
            return;
        };
        let Some(old) = self.message.request_id() else {
            return;
        };
        for id in [0, 1, u64::MAX >> (64 - bits)] {
            let what = format!("set the request id {id}");
            let id = RequestId::Number(id);
            if !self.protocol.can_renumber(self.message) {
                self.not_renumbered(&what, &with_id(&id), &Fault::RequestId);
                continue;
            }
            let Some(changed) = self.changed(&what, self.message, &with_id(&id)) else {
                continue;
            };
            if changed.request_id().as_ref() != Some(&id) {
                self.fault(&what, format!("it is {:?}", changed.request_id()));
            }
            if changed.stream_id() != self.message.stream_id() {
                self.fault(&what, format!("the stream is {:?}", changed.stream_id()));
            }
            self.compare(&what, &changed, None, OLD_AND_NEW_ID);
            let what = format!("{what}, then the old one again");
            let Some(restored) = self.changed(&what, &changed, &with_id(&old)) else {
                continue;
            };
            if restored.frame() != self.message.frame() {
                self.fault(&what, "the bytes are not those that came".to_owned());
            }
        }
    }

    /// A stream gets another id where the codec declares that it can, and else an error; so does what is of no stream.
    fn stream_id(&mut self) {
        let space = self.protocol.codec().capabilities().stream_id;
        let message = self.message;
        let (Some(old), IdSpace::Number { bits, .. }) = (message.stream_id(), space) else {
            let other = message.stream_id().map_or(0, |id| id ^ 1);
            let what = format!("set the stream id {other}");
            self.not_renumbered(&what, &with_stream_id(other), &Fault::StreamId);
            return;
        };
        let most = u64::MAX >> (64 - bits);
        for id in [0, 1, most] {
            let what = format!("set the stream id {id}");
            let Some(changed) = self.changed(&what, message, &with_stream_id(id)) else {
                continue;
            };
            if changed.stream_id() != Some(id) || changed.request_id() != message.request_id() {
                let (stream, request) = (changed.stream_id(), changed.request_id());
                self.fault(&what, format!("the ids are {stream:?} and {request:?}"));
            }
            self.compare(&what, &changed, None, OLD_AND_NEW_ID);
            let what = format!("{what}, then the old one again");
            let Some(restored) = self.changed(&what, &changed, &with_stream_id(old)) else {
                continue;
            };
            if restored.frame() != message.frame() {
                self.fault(&what, "the bytes are not those that came".to_owned());
            }
        }
        if let Some(wide) = most.checked_add(1) {
            let what = format!("set the stream id {wide}");
            self.not_renumbered(&what, &with_stream_id(wide), &Fault::StreamId);
        }
    }

    fn not_renumbered(&mut self, what: &str, mutation: &Mutation, fault: &Fault) {
        match self.encode(self.message, mutation) {
            Err(error) if error.fault() == fault => {}
            other => self.fault(what, format!("it is not refused as such, but {other:?}")),
        }
    }

    /// The message after `mutation`, decoded again; nothing, and a fault, where that does not work.
    fn changed(&mut self, what: &str, message: &Metadata, mutation: &Mutation) -> Option<Metadata> {
        let result = self
            .encode(message, mutation)
            .map_err(|error| error.to_string());
        let decoded = result.and_then(|frame| {
            let direction = message.direction();
            decode_one(self.protocol.codec(), direction, &frame)
                .map_err(|error| format!("what it gives is not a message: {error}"))
        });
        decoded.map_err(|fault| self.fault(what, fault)).ok()
    }

    fn encode(&mut self, message: &Metadata, mutation: &Mutation) -> Result<Bytes, CodecError> {
        let codec = self.protocol.codec();
        let mut output = Output::new();
        output.push(BEFORE);
        let result = codec.encode(message, mutation, &mut output);
        let mut written = output.take_contiguous();
        if !written.starts_with(BEFORE) || result.is_err() && written != BEFORE {
            self.fault("encode", "it disturbs what is in the output".to_owned());
        }
        written.advance(BEFORE.len().min(written.len()));
        if result.is_ok() && codec.encoded_len(message, mutation) != Ok(written.len()) {
            self.fault(
                "encoded_len",
                format!("it is not the {} bytes of {mutation:?}", written.len()),
            );
        }
        result.map(|()| written)
    }

    /// A change that the protocol cannot express is an error that names the key.
    fn refused(&mut self, what: &str, key: &str, mutation: &Mutation) {
        match self.encode(self.message, mutation) {
            Ok(_) => self.fault(what, "it is not refused".to_owned()),
            Err(error) if names(error.fault(), key) => {}
            Err(error) => self.fault(what, format!("the error does not name the key: {error}")),
        }
    }

    /// Whether `changed` is the message but for `change`: a property and the value that it must have now. `named` bytes
    /// of names and values come and go.
    fn compare(
        &mut self,
        what: &str,
        changed: &Metadata,
        change: Option<(&str, Option<&str>)>,
        named: usize,
    ) {
        let before = self.message;
        let mut expected = properties(before);
        if let Some((key, value)) = change {
            expected.retain(|known, _| !known.eq_ignore_ascii_case(key));
            if let Some(value) = value {
                expected.insert(key.to_owned(), value.to_owned());
            }
        }
        let found = properties(changed);
        if folded(&found) != folded(&expected) {
            self.fault(
                what,
                format!("the properties are {found:?}, expected {expected:?}"),
            );
        }
        let is_same = before.kind() == changed.kind()
            && before.status() == changed.status()
            && (change.is_none() || ids(before) == ids(changed));
        if !is_same {
            self.fault(
                what,
                format!(
                    "kind, status or ids change, to {}, {:?}, {:?}, {:?}",
                    changed.kind(),
                    changed.status(),
                    changed.request_id(),
                    changed.stream_id()
                ),
            );
        }
        if self.protocol.untouched(before) != self.protocol.untouched(changed) {
            self.fault(what, "bytes change that no change may touch".to_owned());
        }
        let touched = touched(before.frame(), changed.frame());
        let allowed = named + self.protocol.overhead();
        if touched > allowed {
            self.fault(
                what,
                format!("{touched} bytes differ, more than the {allowed} that it accounts for"),
            );
        }
    }

    fn fault(&mut self, what: &str, fault: String) {
        self.faults.push(format!("{what}: {fault}"));
    }
}

/// Properties whatever the case of their names: a codec may keep the spelling that the peer chose.
fn folded(properties: &BTreeMap<String, String>) -> BTreeMap<String, &str> {
    let pairs = properties.iter();
    pairs
        .map(|(key, value)| (key.to_ascii_lowercase(), value.as_str()))
        .collect()
}

fn with_id(id: &RequestId) -> Mutation {
    let mut mutation = Mutation::new();
    mutation.set_request_id(id.clone());
    mutation
}

fn with_stream_id(id: u64) -> Mutation {
    let mut mutation = Mutation::new();
    mutation.set_stream_id(id);
    mutation
}

fn ids(message: &Metadata) -> (Option<RequestId>, Option<u64>) {
    (message.request_id(), message.stream_id())
}

fn names(fault: &Fault, key: &str) -> bool {
    match fault {
        Fault::CannotSet { key: named }
        | Fault::CannotRemove { key: named }
        | Fault::CannotHold { key: named, .. } => &**named == key,
        _ => false,
    }
}

/// Bytes of the one that are not in the other, wherever they stand, both ways.
fn touched(before: &[u8], after: &[u8]) -> usize {
    let same =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut before.iter().zip(after));
    let (before, after) = (&before[start..], &after[start..]);
    let end = same(&mut before.iter().rev().zip(after.iter().rev()));
    let (before, after) = (&before[..before.len() - end], &after[..after.len() - end]);
    let changes = capture_diff_slices(Algorithm::Myers, before, after);
    let changes = changes
        .iter()
        .filter(|change| change.tag() != DiffTag::Equal);
    changes
        .map(|change| change.old_range().len() + change.new_range().len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_here_and_a_value_there_are_all_that_is_touched() {
        assert_eq!(
            touched(b"\x05 same \x01a tail", b"\x07 same \x03abc tail"),
            2 + 2 + 2
        );
        assert_eq!(touched(b"same", b"same"), 0);
        assert_eq!(touched(b"", b"new"), 3);
    }
}
