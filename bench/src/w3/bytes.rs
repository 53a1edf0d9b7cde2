//! Texts that share the frame: `Bytes`, checked to be UTF-8.

use bytes::{Buf, BufMut, Bytes};

use super::{Call, Encode, MAX_BODY, MAX_HEADER, MAX_PAIRS};

pub(super) struct Shared {
    service: Bytes,
    method: Bytes,
    pairs: Vec<(Bytes, Bytes)>,
    body: Bytes,
}

pub(super) fn own(bytes: &[u8]) -> Option<Shared> {
    share(&Bytes::copy_from_slice(bytes))
}

pub(super) fn share(bytes: &Bytes) -> Option<Shared> {
    let mut rest = bytes.clone();
    let header_len = rest.try_get_u16().ok()?;
    let body_len = rest.try_get_u32().ok()?;
    if header_len > MAX_HEADER || body_len > MAX_BODY {
        return None;
    }
    let mut header = take(&mut rest, usize::from(header_len).checked_sub(6)?)?;
    let body = take(&mut rest, body_len as usize)?;
    let service = text(&mut header)?;
    let method = text(&mut header)?;
    let count = header.try_get_u16().ok()?;
    if count > MAX_PAIRS {
        return None;
    }
    let mut pairs = Vec::with_capacity(count.into());
    for _ in 0..count {
        pairs.push((text(&mut header)?, text(&mut header)?));
    }
    Some(Shared {
        service,
        method,
        pairs,
        body,
    })
}

fn text(bytes: &mut Bytes) -> Option<Bytes> {
    let length = bytes.try_get_u16().ok()?;
    let text = take(bytes, length.into())?;
    str::from_utf8(&text).is_ok().then_some(text)
}

fn take(bytes: &mut Bytes, length: usize) -> Option<Bytes> {
    (length <= bytes.len()).then(|| bytes.split_to(length))
}

impl Shared {
    pub(super) fn to_call(&self) -> Call {
        let own = |text: &Bytes| String::from_utf8_lossy(text).into_owned();
        Call {
            service: own(&self.service),
            method: own(&self.method),
            pairs: self
                .pairs
                .iter()
                .map(|(key, value)| (own(key), own(value)))
                .collect(),
            body: self.body.to_vec(),
        }
    }
}

pub(super) fn encoder(call: &Call) -> Encode {
    let call = call.clone();
    Box::new(move |out| encode(&call, out).is_some())
}

fn encode(call: &Call, out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    out.put_u16(0);
    out.put_u32(u32::try_from(call.body.len()).ok()?);
    put(out, &call.service)?;
    put(out, &call.method)?;
    out.put_u16(u16::try_from(call.pairs.len()).ok()?);
    for (key, value) in &call.pairs {
        put(out, key)?;
        put(out, value)?;
    }
    let header_len = u16::try_from(out.len() - start).ok()?;
    (&mut out[start..]).put_u16(header_len);
    out.put_slice(&call.body);
    Some(())
}

fn put(out: &mut Vec<u8>, text: &str) -> Option<()> {
    out.put_u16(u16::try_from(text.len()).ok()?);
    out.put_slice(text.as_bytes());
    Some(())
}
