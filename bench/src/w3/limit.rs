//! The best that we know of: the header is scanned once for bytes that are not ASCII, lengths are walked, and what was
//! checked is kept as bytes; texts and pairs are made when somebody asks.

use bytes::Bytes;

use super::{Call, Encode, LENGTHS, MAX_PAIRS, hand};

/// A checked message over bytes of its own, shared or borrowed.
pub(super) struct View<B> {
    bytes: B,
    /// Where the method's length stands, that of pairs, and where the body begins.
    method: u16,
    pairs: u16,
    body: u16,
    end: u32,
}

pub(super) fn borrow(bytes: &[u8]) -> Option<View<&[u8]>> {
    check(bytes, |bytes| bytes)
}

pub(super) fn own(bytes: &[u8]) -> Option<View<Box<[u8]>>> {
    check(bytes, Box::from)
}

pub(super) fn share(bytes: &Bytes) -> Option<View<Bytes>> {
    check(bytes, |_| bytes.clone())
}

#[inline(always)]
fn check<'a, B>(bytes: &'a [u8], keep: impl FnOnce(&'a [u8]) -> B) -> Option<View<B>> {
    let (header, body) = hand::split(bytes)?;
    let (method, pairs) = if header.is_ascii() {
        walk(header, |_| true)?
    } else {
        walk(header, |text| {
            text.is_ascii() || str::from_utf8(text).is_ok()
        })?
    };
    let start = LENGTHS + header.len();
    let end = start + body.len();
    Some(View {
        method: (LENGTHS + method) as u16,
        pairs: (LENGTHS + pairs) as u16,
        body: start as u16,
        end: end as u32,
        bytes: keep(&bytes[..end]),
    })
}

/// Where method and pairs begin in a header that is as it must be.
#[inline(always)]
fn walk(header: &[u8], is_text: impl Fn(&[u8]) -> bool) -> Option<(usize, usize)> {
    let mut rest = header;
    let skip = |rest: &mut &[u8]| {
        let (text, after) = text(rest)?;
        *rest = after;
        is_text(text).then_some(())
    };
    skip(&mut rest)?;
    let method = header.len() - rest.len();
    skip(&mut rest)?;
    let pairs = header.len() - rest.len();
    let (count, after) = rest.split_first_chunk()?;
    rest = after;
    let count = u16::from_be_bytes(*count);
    if count > MAX_PAIRS {
        return None;
    }
    for _ in 0..2 * count {
        skip(&mut rest)?;
    }
    Some((method, pairs))
}

#[inline(always)]
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}

impl<B: AsRef<[u8]>> View<B> {
    fn service(&self) -> &str {
        self.text(LENGTHS)
    }

    fn method(&self) -> &str {
        self.text(self.method.into())
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let from = usize::from(self.pairs);
        let (count, mut rest) = self.bytes.as_ref()[from..]
            .split_first_chunk()
            .unwrap_or((&[0; 2], &[]));
        let mut next = move || {
            let (found, after) = text(rest).unwrap_or_default();
            rest = after;
            str::from_utf8(found).unwrap_or_default()
        };
        (0..u16::from_be_bytes(*count)).map(move |_| (next(), next()))
    }

    fn body(&self) -> &[u8] {
        &self.bytes.as_ref()[self.body.into()..self.end as usize]
    }

    fn text(&self, at: usize) -> &str {
        let (found, _) = text(&self.bytes.as_ref()[at..]).unwrap_or_default();
        str::from_utf8(found).unwrap_or_default()
    }

    pub(super) fn to_call(&self) -> Call {
        Call {
            service: self.service().into(),
            method: self.method().into(),
            pairs: self
                .pairs()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
            body: self.body().into(),
        }
    }
}

pub(super) fn encoder(call: &Call) -> Encode {
    let call = call.clone();
    Box::new(move |out| encode(&call, out).is_some())
}

/// Measures first, so that there is one check of the room, and one of each length.
fn encode(call: &Call, out: &mut Vec<u8>) -> Option<()> {
    let texts = call
        .pairs
        .iter()
        .map(|(key, value)| key.len() + value.len());
    let size = LENGTHS + 6 + call.service.len() + call.method.len();
    let header = size + texts.sum::<usize>() + 4 * call.pairs.len();
    // No text in a header that fits its length can be too long for its own.
    let header_len = u16::try_from(header).ok()?;
    let body_len = u32::try_from(call.body.len()).ok()?;
    let start = out.len();
    out.resize(start + header + call.body.len(), 0);
    let mut slots = out.get_mut(start..)?;
    put(&mut slots, &header_len.to_be_bytes())?;
    put(&mut slots, &body_len.to_be_bytes())?;
    put_text(&mut slots, &call.service)?;
    put_text(&mut slots, &call.method)?;
    put(&mut slots, &(call.pairs.len() as u16).to_be_bytes())?;
    for (key, value) in &call.pairs {
        put_text(&mut slots, key)?;
        put_text(&mut slots, value)?;
    }
    put(&mut slots, &call.body)
}

#[inline(always)]
fn put(slots: &mut &mut [u8], bytes: &[u8]) -> Option<()> {
    slots.split_off_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(())
}

#[inline(always)]
fn put_text(slots: &mut &mut [u8], text: &str) -> Option<()> {
    put(slots, &(text.len() as u16).to_be_bytes())?;
    put(slots, text.as_bytes())
}
