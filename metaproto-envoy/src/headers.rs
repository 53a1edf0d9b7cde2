//! Metadata as headers of HTTP, and changed headers as mutations.

use std::mem;
use std::ops::Range;

use metaproto_codec::{Metadata, Mutation, Value, ValueBuf};

use crate::config::Shown;

/// Bytes of the names and values of one message's headers; Envoy refuses requests with more than 60 KiB.
const MAX_BYTES: usize = 48 << 10;

/// Headers of one message; cleared and filled again, they allocate nothing.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    text: String,
    fields: Vec<(Range<usize>, Range<usize>)>,
}

impl Fields {
    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    /// Adds a header of our own.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.push_with(name, |text| text.push_str(value));
    }

    /// Adds a header of our own, whose value `write` appends.
    pub(crate) fn push_with(&mut self, name: &str, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        self.text.push_str(name);
        let end_of_name = self.text.len();
        write(&mut self.text);
        self.fields
            .push((start..end_of_name, end_of_name..self.text.len()));
    }

    /// Adds the properties that are `shown`, each under its name with `prefix`; how many cannot be shown.
    pub(crate) fn push_properties(
        &mut self,
        message: &Metadata,
        prefix: &str,
        shown: &Shown,
    ) -> usize {
        let first = self.fields.len();
        each_shown(message, shown, |name, value| {
            let start = self.text.len();
            self.text.push_str(prefix);
            self.text.push_str(name);
            let end = self.text.len();
            if let Some(name) = self.text.get_mut(start..end) {
                name.make_ascii_lowercase();
            }
            self.text.push_str(value);
            let (name_at, value_at) = (start..end, end..self.text.len());
            let there = self.fields[first..].iter().position(|(there, _)| {
                self.text.get(there.clone()) == self.text.get(name_at.clone())
            });
            match there.and_then(|place| self.fields.get_mut(first + place)) {
                // Of the codec's own, the first holds; of the peer's, the last; and before both the codec's own.
                Some(_) if message.is_own(name) => {}
                Some(field) => field.1 = value_at,
                None => self.fields.push((name_at, value_at)),
            }
        })
    }

    /// All, names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let bytes = self.text.as_bytes();
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        self.fields
            .iter()
            .map(move |(name, value)| (part(name), part(value)))
    }
}

/// Tells the properties that are `shown` and that HTTP can carry, each time in the same order and within the same bounds; how
/// many it cannot.
fn each_shown(message: &Metadata, shown: &Shown, mut tell: impl FnMut(&str, &str)) -> usize {
    let (mut dropped, mut bytes) = (0, 0);
    if *shown == Shown::NONE {
        return dropped;
    }
    let mut buf = ValueBuf::default();
    for (name, value) in message.properties() {
        if !shown.has(name) {
            continue;
        }
        let value = value.render(&mut buf);
        let more = bytes + name.len() + value.len();
        if can_show(name, value) && more <= MAX_BYTES {
            bytes = more;
            tell(name, value);
        } else {
            dropped += 1;
        }
    }
    dropped
}

/// Whether HTTP can carry a property as it is: its name is a token (RFC 9110, 5.6.2), and its value has no control
/// characters and no space at its ends, which HTTP takes away.
fn can_show(name: &str, value: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_plain = |byte: u8| byte >= b' ' && byte != 0x7f;
    !name.is_empty()
        && name.bytes().all(is_token)
        && value.bytes().all(is_plain)
        && !value.starts_with(' ')
        && !value.ends_with(' ')
}

/// The changes that routes and filters made to the headers of properties: what was set anew or to another value is set,
/// what was shown and is not there any more is removed. Of a header that is there several times, the last counts.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    text: String,
    found: Vec<(Range<usize>, Range<usize>)>,
}

impl Changes {
    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.found.clear();
    }

    /// Notes a header that arrived, if it is one of a property.
    pub(crate) fn note(&mut self, prefix: &str, name: &[u8], value: &[u8]) {
        let Some(name) = name.strip_prefix(prefix.as_bytes()) else {
            return;
        };
        let (Ok(name), Ok(value)) = (str::from_utf8(name), str::from_utf8(value)) else {
            return;
        };
        let start = self.text.len();
        self.text.push_str(name);
        let end = self.text.len();
        self.text.push_str(value);
        self.found.push((start..end, end..self.text.len()));
    }

    fn last(&self, name: &str) -> Option<&str> {
        let text = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        let mut found = self.found.iter().rev();
        let (_, value) = found.find(|(each, _)| text(each).eq_ignore_ascii_case(name))?;
        Some(text(value))
    }

    /// The changes, of a message of which `shown` was shown.
    pub(crate) fn mutation(&self, message: &Metadata, shown: &Shown) -> Mutation {
        let mut mutation = Mutation::new();
        let mut buf = ValueBuf::default();
        for (name, value) in &self.found {
            let name = self.text.get(name.clone()).unwrap_or_default();
            let value = self.text.get(value.clone()).unwrap_or_default();
            let is_last = self
                .last(name)
                .is_some_and(|last| last.as_ptr() == value.as_ptr());
            let is_as_shown = shown.has(name)
                && message
                    .get(name)
                    .is_some_and(|there| there.render(&mut buf) == value);
            if is_last && !is_as_shown {
                mutation = mutation.set(name, value);
            }
        }
        each_shown(message, shown, |name, _| {
            if self.last(name).is_none() {
                let given = mem::take(&mut mutation);
                mutation = given.remove(name);
            }
        });
        mutation
    }
}

/// Appends the `:path` of a request: the operation, percent-encoded where a path cannot hold it, and `?`.
pub(crate) fn push_path(operation: Option<Value<'_>>, text: &mut String) {
    let mut buf = ValueBuf::default();
    let operation = operation
        .as_ref()
        .map_or("", |operation| operation.render(&mut buf));
    if !operation.starts_with('/') {
        text.push('/');
    }
    for byte in operation.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let digit = |nibble: u8| {
                char::from_digit(nibble.into(), 16)
                    .unwrap_or('0')
                    .to_ascii_uppercase()
            };
            text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    text.push('?');
}

/// Whether a value can be an `:authority`.
pub(crate) fn is_authority(value: &str) -> bool {
    let is_of_it = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    !value.is_empty() && value.len() <= 255 && value.bytes().all(is_of_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Every;

    const ALL: Shown = Shown::Every(Every::All);

    fn message() -> Metadata {
        let mut message = Metadata::default();
        message.property("cmd", -5_i16);
        for (name, value) in [
            ("Zone", "blue"),
            ("zone", "green"),
            ("CMD", "evil"),
            ("bad name", "x"),
            ("cr", "a\rb"),
        ] {
            let (name, value) = (message.compose([name]), message.compose([value]));
            message.peer_property(name, value);
        }
        message
    }

    fn shown(message: &Metadata, shown: &Shown) -> Vec<(String, String)> {
        let mut fields = Fields::default();
        fields.push_properties(message, "mp-", shown);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        fields
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect()
    }

    #[test]
    fn what_readers_of_the_message_see_is_what_routes_see() {
        let message = message();
        let pairs = shown(&message, &ALL);
        assert_eq!(
            pairs,
            [
                ("mp-cmd".into(), "-5".into()),
                ("mp-zone".into(), "green".into())
            ]
        );
        let chosen = Shown::These(vec!["ZONE".into()]);
        assert_eq!(
            shown(&message, &chosen),
            [("mp-zone".into(), "green".into())]
        );
        assert_eq!(Fields::default().push_properties(&message, "mp-", &ALL), 2);
    }

    fn mutation(headers: &[(&str, &str)], shown: &Shown) -> Mutation {
        let mut changes = Changes::default();
        for (name, value) in headers {
            changes.note("mp-", name.as_bytes(), value.as_bytes());
        }
        changes.mutation(&message(), shown)
    }

    #[test]
    fn unchanged_headers_are_no_mutation() {
        let headers = [
            ("mp-cmd", "-5"),
            (":path", "/"),
            ("mp-zone", "green"),
            ("x-request-id", "1"),
        ];
        assert_eq!(mutation(&headers, &ALL), Mutation::new());
        assert_eq!(mutation(&[], &Shown::NONE), Mutation::new());
    }

    #[test]
    fn changed_headers_are_set_and_missing_ones_removed() {
        let headers = [("mp-cmd", "-5"), ("mp-cmd", "7"), ("mp-new", "x")];
        let expected = Mutation::new()
            .set("cmd", "7")
            .set("new", "x")
            .remove("Zone")
            .remove("zone");
        assert_eq!(mutation(&headers, &ALL), expected);
        let of_hidden = Mutation::new().set("cmd", "-5");
        assert_eq!(mutation(&[("mp-cmd", "-5")], &Shown::NONE), of_hidden);
    }

    #[test]
    fn a_path_holds_any_operation() {
        let mut text = String::new();
        push_path(Some(Value::Text("a b/é?#")), &mut text);
        assert_eq!(text, "/a%20b/%C3%A9%3F%23?");
        text.clear();
        push_path(Some(Value::Text("/pkg.Greeter/Hello")), &mut text);
        push_path(None, &mut text);
        assert_eq!(text, "/pkg.Greeter/Hello?/?");
    }
}
