//! As one writes it: a reader of slices, `str::from_utf8` for each text, a `Vec` of pairs.

use super::{Call, Encode, LENGTHS, MAX_BODY, MAX_HEADER, MAX_PAIRS};

pub(super) struct Borrowed<'a> {
    service: &'a str,
    method: &'a str,
    pairs: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

pub(super) fn borrow(bytes: &[u8]) -> Option<Borrowed<'_>> {
    let (mut header, body) = split(bytes)?;
    let service = text(&mut header)?;
    let method = text(&mut header)?;
    let pairs = pairs(&mut header, |key, value| (key, value))?;
    Some(Borrowed {
        service,
        method,
        pairs,
        body,
    })
}

pub(super) fn own(bytes: &[u8]) -> Option<Call> {
    let (mut header, body) = split(bytes)?;
    Some(Call {
        service: text(&mut header)?.to_owned(),
        method: text(&mut header)?.to_owned(),
        pairs: pairs(&mut header, |key, value| (key.to_owned(), value.to_owned()))?,
        body: body.to_owned(),
    })
}

/// The header after its lengths, and the body.
#[inline]
pub(super) fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [h0, h1, b0, b1, b2, b3] = *bytes.first_chunk::<LENGTHS>()?;
    let header_len = u16::from_be_bytes([h0, h1]);
    let body_len = u32::from_be_bytes([b0, b1, b2, b3]);
    if header_len > MAX_HEADER || body_len > MAX_BODY {
        return None;
    }
    let header = bytes.get(LENGTHS..header_len.into())?;
    let body = bytes.get(header_len.into()..)?.get(..body_len as usize)?;
    Some((header, body))
}

fn number(bytes: &mut &[u8]) -> Option<u16> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u16::from_be_bytes(*number))
}

fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = number(bytes)?;
    let (text, rest) = bytes.split_at_checked(length.into())?;
    *bytes = rest;
    str::from_utf8(text).ok()
}

fn pairs<'a, P>(bytes: &mut &'a [u8], pair: impl Fn(&'a str, &'a str) -> P) -> Option<Vec<P>> {
    let count = number(bytes)?;
    if count > MAX_PAIRS {
        return None;
    }
    let mut pairs = Vec::with_capacity(count.into());
    for _ in 0..count {
        pairs.push(pair(text(bytes)?, text(bytes)?));
    }
    Some(pairs)
}

pub(super) fn encoder(call: &Call) -> Encode {
    let call = call.clone();
    Box::new(move |out| encode(&call, out).is_some())
}

fn encode(call: &Call, out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(&[0; 2]);
    let body_len = u32::try_from(call.body.len()).ok()?;
    out.extend_from_slice(&body_len.to_be_bytes());
    put(out, &call.service)?;
    put(out, &call.method)?;
    out.extend_from_slice(&u16::try_from(call.pairs.len()).ok()?.to_be_bytes());
    for (key, value) in &call.pairs {
        put(out, key)?;
        put(out, value)?;
    }
    let header_len = u16::try_from(out.len() - start).ok()?;
    out.get_mut(start..start + 2)?
        .copy_from_slice(&header_len.to_be_bytes());
    out.extend_from_slice(&call.body);
    Some(())
}

fn put(out: &mut Vec<u8>, text: &str) -> Option<()> {
    out.extend_from_slice(&u16::try_from(text.len()).ok()?.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
    Some(())
}

impl Borrowed<'_> {
    pub(super) fn to_call(&self) -> Call {
        let own = |(key, value): &(&str, &str)| (key.to_string(), value.to_string());
        Call {
            service: self.service.into(),
            method: self.method.into(),
            pairs: self.pairs.iter().map(own).collect(),
            body: self.body.into(),
        }
    }
}

impl Call {
    pub(super) fn to_call(&self) -> Self {
        self.clone()
    }
}
