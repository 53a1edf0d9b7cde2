//! A header that is being changed, and its bytes.

use std::ops::Range;

use metaproto_codec::{Change, CodecError, Fault, FieldPath, Mutation, RequestId};

use super::super::bug::{Bug, Bugs};
use super::layout::{Layout, Pairs};
use super::{
    FIXED, HEADER_LEN, MAGIC, MAX_HEADER, MAX_KEY, MAX_MAP, MAX_METHOD, MAX_VALUE, METHOD, VERSION,
    fault, is_name,
};

/// The fields of a header whose lengths are not yet computed.
#[derive(Debug)]
pub(super) struct Draft {
    /// Version and reserved bits.
    version: u8,
    pub(super) kind: u8,
    pub(super) status: u8,
    id: [u8; 8],
    retries: u8,
    method: Vec<u8>,
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
    /// Bytes of the message as it came: header, body.
    old: (usize, usize),
    bugs: Bugs,
}

impl Draft {
    /// The header of a message that does not exist yet.
    pub(super) fn template(bugs: Bugs) -> Self {
        Self {
            version: VERSION << 4,
            kind: 0,
            status: 0,
            id: [0; 8],
            retries: 0,
            method: Vec::new(),
            pairs: Vec::new(),
            old: (FIXED, 0),
            bugs,
        }
    }

    /// The header of `frame`, whose fields lie as `layout` says.
    pub(super) fn of(frame: &[u8], layout: &Layout, bugs: Bugs) -> Self {
        let part = |range: Range<usize>| frame.get(range).unwrap_or_default().to_vec();
        let mut draft = Self::template(bugs);
        if let Some([_, _, version, kind, status, id @ .., _, _, _, _, _, _, _]) =
            frame.first_chunk::<20>()
        {
            (draft.version, draft.kind, draft.status) = (*version, *kind, *status);
            draft.id = *id;
        }
        draft.retries = layout.retries;
        draft.method = part(layout.method.clone());
        let map = frame.get(layout.map.clone()).unwrap_or_default();
        draft.pairs = Pairs::new(map, layout.map.start, bugs)
            .flatten()
            .map(|(key, value)| (part(key), part(value)))
            .collect();
        draft.old = (layout.header, layout.body);
        draft
    }

    /// Empties what varies in length.
    pub(super) fn make_bare(&mut self) {
        self.method.clear();
        self.pairs.clear();
    }

    /// Makes the changes, or says which of them cannot be made.
    pub(super) fn change(&mut self, mutation: &Mutation) -> Result<(), CodecError> {
        let refuse = |broken| CodecError::new(0, FieldPath::new("mutation"), broken);
        if let Some(id) = mutation.request_id()
            && !self.bugs.has(Bug::IdChangeDropped)
        {
            self.set_id(id).map_err(refuse)?;
        }
        if mutation.stream_id().is_some() {
            return Err(refuse(Fault::StreamId));
        }
        let most = if self.bugs.has(Bug::OnlyFirstChange) {
            1
        } else {
            usize::MAX
        };
        for (key, change) in mutation.changes().take(most) {
            match change {
                Change::Set(value) => self.set(key, value),
                Change::Remove => self.remove(key),
            }
            .map_err(refuse)?;
        }
        Ok(())
    }

    pub(super) fn set_id(&mut self, id: &RequestId) -> Result<(), Fault> {
        let RequestId::Number(id) = id else {
            return Err(Fault::RequestId);
        };
        self.id = id.to_be_bytes();
        Ok(())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        if key.eq_ignore_ascii_case("retries") {
            return self.set_retries(key, value);
        }
        if key.eq_ignore_ascii_case("method") {
            if value.len() > MAX_METHOD && !self.bugs.has(Bug::MethodLenWraps) {
                return Err(cannot_hold(key, "it is longer than the stated maximum"));
            }
            self.method = value.into();
            return Ok(());
        }
        self.set_pair(key, value)
    }

    fn set_retries(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        let has_pair = self.pairs.iter().any(|(name, _)| self.is_same(name, key));
        match (self.bugs.0, value.parse::<u8>()) {
            (Some(Bug::RetriesDropped), Ok(_)) => {}
            (Some(Bug::SetHitsPeersKey), _) if has_pair => return self.set_pair(key, value),
            (Some(Bug::BadNumberIsZero), Err(_)) => self.retries = 0,
            (_, Ok(number)) => self.retries = number,
            (Some(Bug::RetriesWrap), Err(_)) if value.parse::<u64>().is_ok() => {
                self.retries = value.parse::<u64>().unwrap_or(0) as u8;
            }
            (_, Err(_)) => {
                let why = "it holds a number of its width, in decimal";
                return Err(cannot_hold(key, why));
            }
        }
        Ok(())
    }

    /// Sets a property of the map, replacing all of its name.
    fn set_pair(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        let (mut key, mut value) = (key, value.to_owned());
        match self.bugs.0 {
            Some(Bug::KeyEndsAtNul) => key = key.split('\0').next().unwrap_or_default(),
            Some(Bug::StripsLineBreaks) => value = value.replace(['\r', '\n'], ""),
            Some(Bug::ValueCut) => value.truncate(value.floor_char_boundary(MAX_VALUE)),
            Some(Bug::DropsReservedNames) if key.starts_with("x-") => return Ok(()),
            _ => {}
        }
        if !is_name(key) {
            let why = "its name is empty or has a control character";
            return Err(cannot_hold(key, why));
        }
        if key.len() > MAX_KEY && !self.bugs.has(Bug::KeyLenWraps) {
            let why = "its name is longer than the stated maximum";
            return Err(cannot_hold(key, why));
        }
        if value.len() > MAX_VALUE {
            return Err(cannot_hold(key, "it is longer than the stated maximum"));
        }
        let first = self
            .pairs
            .iter()
            .position(|(name, _)| self.is_same(name, key));
        match first {
            Some(first) => {
                self.pairs[first].1 = value.into_bytes();
                self.drop_from(first + 1, key);
            }
            None if self.bugs.has(Bug::NewKeysDropped) => {}
            None => self.pairs.push((key.into(), value.into_bytes())),
        }
        if self.bugs.has(Bug::OthersLost) {
            self.pairs
                .retain(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes()));
        }
        Ok(())
    }

    /// Removes all properties of a name from the map.
    fn remove(&mut self, key: &str) -> Result<(), Fault> {
        if key.eq_ignore_ascii_case("retries") || key.eq_ignore_ascii_case("method") {
            return Err(Fault::CannotRemove { key: key.into() });
        }
        let first = self
            .pairs
            .iter()
            .position(|(name, _)| self.is_same(name, key));
        let Some(first) = first else {
            return Ok(());
        };
        match self.bugs.0 {
            Some(Bug::RemovedIsEmptied) => self.pairs[first].1.clear(),
            Some(Bug::RemovesFirstOnly) => drop(self.pairs.remove(first)),
            _ => {
                self.pairs.remove(first);
                self.drop_from(first, key);
            }
        }
        Ok(())
    }

    /// Drops the properties of a name among those from the `start`th on.
    fn drop_from(&mut self, start: usize, key: &str) {
        let mut rest = self.pairs.split_off(start);
        rest.retain(|(name, _)| !self.is_same(name, key));
        self.pairs.append(&mut rest);
    }

    fn is_same(&self, name: &[u8], key: &str) -> bool {
        if self.bugs.has(Bug::KeysByCase) {
            name == key.as_bytes()
        } else {
            name.eq_ignore_ascii_case(key.as_bytes())
        }
    }

    /// The bytes of the header, before an extension and a body of so many bytes.
    pub(super) fn write(&self, extension: usize, body: usize) -> Result<Vec<u8>, CodecError> {
        let map = self.write_map();
        if map.len() > MAX_MAP {
            let (found, max) = (map.len() as u128, MAX_MAP as u128);
            let at = METHOD + 1 + self.method.len();
            return Err(fault(at, "properties", Fault::TooLarge { found, max }));
        }
        let header = FIXED + self.method.len() + map.len() + extension;
        if header > MAX_HEADER {
            let (found, max) = (header as u128, MAX_HEADER as u128);
            return Err(fault(
                HEADER_LEN,
                "header_len",
                Fault::TooLarge { found, max },
            ));
        }
        let stated_header = match self.bugs.0 {
            Some(Bug::HeaderLenStale) => self.old.0,
            _ => header,
        };
        let stated_body = match self.bugs.0 {
            Some(Bug::BodyLenStale) => (self.old.0 + self.old.1).saturating_sub(header),
            _ => body,
        };
        let stated_map = match self.bugs.0 {
            Some(Bug::MapLenCountsItself) => map.len() + 2,
            _ => map.len(),
        };
        let version = match self.bugs.0 {
            Some(Bug::ReservedCleared) => self.version & 0xF0,
            _ => self.version,
        };
        let mut bytes = Vec::with_capacity(header - extension);
        bytes.extend(MAGIC);
        bytes.extend([version, self.kind, self.status]);
        bytes.extend(self.id);
        bytes.extend((stated_header as u16).to_be_bytes());
        bytes.extend((stated_body as u32).to_be_bytes());
        bytes.extend([self.retries, self.method.len() as u8]);
        bytes.extend(&self.method);
        bytes.extend((stated_map as u16).to_be_bytes());
        bytes.extend(map);
        Ok(bytes)
    }

    fn write_map(&self) -> Vec<u8> {
        let mut map = Vec::new();
        let mut write = |(key, value): &(Vec<u8>, Vec<u8>)| {
            let stated = match (self.bugs.0, str::from_utf8(value)) {
                (Some(Bug::ValueLenInChars), Ok(text)) => text.chars().count(),
                _ => value.len(),
            };
            map.push(key.len() as u8);
            map.extend(key);
            map.extend((stated as u16).to_be_bytes());
            map.extend(value);
        };
        if self.bugs.has(Bug::ReversesProperties) {
            self.pairs.iter().rev().for_each(&mut write);
        } else {
            self.pairs.iter().for_each(&mut write);
        }
        map
    }
}

fn cannot_hold(key: &str, why: &'static str) -> Fault {
    Fault::CannotHold {
        key: key.into(),
        why,
    }
}
