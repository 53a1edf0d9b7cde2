//! Header derived; limits, and where the body lies, by hand.

use speedy::{Endianness, Readable, Writable};

use super::{Call, Encode, LENGTHS, MAX_PAIRS, hand};

#[derive(Readable, Writable)]
pub(super) struct Borrowed<'a> {
    #[speedy(length_type = u16)]
    service: &'a str,
    #[speedy(length_type = u16)]
    method: &'a str,
    #[speedy(length_type = u16)]
    pairs: Vec<BorrowedPair<'a>>,
    #[speedy(skip)]
    body: &'a [u8],
}

#[derive(Readable, Writable)]
struct BorrowedPair<'a> {
    #[speedy(length_type = u16)]
    key: &'a str,
    #[speedy(length_type = u16)]
    value: &'a str,
}

#[derive(Readable, Writable)]
pub(super) struct Owned {
    #[speedy(length_type = u16)]
    service: String,
    #[speedy(length_type = u16)]
    method: String,
    #[speedy(length_type = u16)]
    pairs: Vec<OwnedPair>,
    #[speedy(skip)]
    body: Vec<u8>,
}

#[derive(Readable, Writable)]
struct OwnedPair {
    #[speedy(length_type = u16)]
    key: String,
    #[speedy(length_type = u16)]
    value: String,
}

pub(super) fn borrow(bytes: &[u8]) -> Option<Borrowed<'_>> {
    let (header, body) = hand::split(bytes)?;
    let mut call = Borrowed::read_from_buffer_with_ctx(Endianness::BigEndian, header).ok()?;
    call.body = body;
    (call.pairs.len() <= MAX_PAIRS.into()).then_some(call)
}

pub(super) fn own(bytes: &[u8]) -> Option<Owned> {
    let (header, body) = hand::split(bytes)?;
    let mut call = Owned::read_from_buffer_with_ctx(Endianness::BigEndian, header).ok()?;
    call.body = body.to_owned();
    (call.pairs.len() <= MAX_PAIRS.into()).then_some(call)
}

impl Borrowed<'_> {
    pub(super) fn to_call(&self) -> Call {
        let own = |pair: &BorrowedPair<'_>| (pair.key.into(), pair.value.into());
        Call {
            service: self.service.into(),
            method: self.method.into(),
            pairs: self.pairs.iter().map(own).collect(),
            body: self.body.into(),
        }
    }
}

impl Owned {
    pub(super) fn to_call(&self) -> Call {
        let own = |pair: &OwnedPair| (pair.key.clone(), pair.value.clone());
        Call {
            service: self.service.clone(),
            method: self.method.clone(),
            pairs: self.pairs.iter().map(own).collect(),
            body: self.body.clone(),
        }
    }
}

pub(super) fn encoder(call: &Call) -> Encode {
    let pair = |(key, value): &(String, String)| OwnedPair {
        key: key.clone(),
        value: value.clone(),
    };
    let call = Owned {
        service: call.service.clone(),
        method: call.method.clone(),
        pairs: call.pairs.iter().map(pair).collect(),
        body: call.body.clone(),
    };
    Box::new(move |out| encode(&call, out).is_some())
}

fn encode(call: &Owned, out: &mut Vec<u8>) -> Option<()> {
    let rest = Writable::<Endianness>::bytes_needed(call).ok()?;
    let header_len = u16::try_from(LENGTHS + rest).ok()?;
    let body_len = u32::try_from(call.body.len()).ok()?;
    out.extend_from_slice(&header_len.to_be_bytes());
    out.extend_from_slice(&body_len.to_be_bytes());
    let start = out.len();
    out.resize(start + rest, 0);
    call.write_to_buffer_with_ctx(Endianness::BigEndian, out.get_mut(start..)?)
        .ok()?;
    out.extend_from_slice(&call.body);
    Some(())
}
