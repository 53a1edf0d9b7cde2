//! Header derived; where the body lies by hand.

use std::io::{Cursor, Seek, SeekFrom};

use binrw::{BinRead, BinWrite, binrw};

use super::{Call, Encode, LENGTHS, MAX_PAIRS, hand};

#[binrw]
#[brw(big)]
struct Header {
    service: Text,
    method: Text,
    #[br(assert(count <= MAX_PAIRS))]
    #[bw(calc = pairs.len() as u16)]
    count: u16,
    #[br(count = count)]
    pairs: Vec<Pair>,
}

#[binrw]
#[brw(big)]
struct Pair {
    key: Text,
    value: Text,
}

#[binrw]
#[brw(big)]
struct Text {
    #[bw(calc = bytes.len() as u16)]
    length: u16,
    #[br(count = length)]
    bytes: Vec<u8>,
}

pub(super) fn own(bytes: &[u8]) -> Option<Call> {
    let (header, body) = hand::split(bytes)?;
    let header = Header::read(&mut Cursor::new(header)).ok()?;
    let text = |text: Text| String::from_utf8(text.bytes).ok();
    let pair = |pair: Pair| Some((text(pair.key)?, text(pair.value)?));
    Some(Call {
        service: text(header.service)?,
        method: text(header.method)?,
        pairs: header.pairs.into_iter().map(pair).collect::<Option<_>>()?,
        body: body.to_owned(),
    })
}

pub(super) fn encoder(call: &Call) -> Encode {
    let text = |text: &String| Text {
        bytes: text.clone().into(),
    };
    let header = Header {
        service: text(&call.service),
        method: text(&call.method),
        pairs: call
            .pairs
            .iter()
            .map(|(key, value)| Pair {
                key: text(key),
                value: text(value),
            })
            .collect(),
    };
    let body = call.body.clone();
    Box::new(move |out| encode(&header, &body, out).is_some())
}

fn encode(header: &Header, body: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&u32::try_from(body.len()).ok()?.to_be_bytes());
    let mut end = Cursor::new(&mut *out);
    end.seek(SeekFrom::Start((start + LENGTHS) as u64)).ok()?;
    header.write(&mut end).ok()?;
    let header_len = u16::try_from(out.len() - start).ok()?;
    out.get_mut(start..start + 2)?
        .copy_from_slice(&header_len.to_be_bytes());
    out.extend_from_slice(body);
    Some(())
}
