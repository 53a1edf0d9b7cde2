//! What the start of a message tells of how much is missing, where that needs no reading of the whole header.

use std::marker::PhantomData;

use crate::Header;
use crate::schema::{Field, NumberKind, Presence, Role, Schema, Shape};
use crate::wire::Order;

/// Additional bytes without which nothing can be said of the message of header `H` that starts with `bytes`, as exact as
/// [`Header::parse`] says; `None` where that must be asked.
#[inline]
pub(crate) fn missing<H: Header>(bytes: &[u8]) -> Option<usize> {
    StartOf::<H>::START?.missing(bytes)
}

/// The bytes of a message of header `H` below which [`missing`] cannot answer otherwise than before; at least 1.
#[inline]
pub(crate) const fn least<H: Header>() -> usize {
    match StartOf::<H>::START {
        Some(start) => start.place.at + start.place.bytes,
        None => 1,
    }
}

struct StartOf<H>(PhantomData<H>);

impl<H: Header> StartOf<H> {
    const START: Option<Start> = Start::of(&H::SCHEMA, H::MIN_LEN);
}

/// A header whose fields all have their fixed places, and of which nothing can be wrong but the length of the message.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// Bytes of the header.
    header: usize,
    place: Place,
}

/// Where the length of the message stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: usize,
    bytes: usize,
    order: Order,
    /// Added to the number to get what `min` and `max` bound.
    offset: i64,
    min: usize,
    max: usize,
    /// Added to that to get the length of the message.
    before: usize,
}

impl Start {
    const fn of(schema: &Schema, header: usize) -> Option<Self> {
        let mut place = None;
        let mut at = 0;
        let mut rest = schema.fields;
        while let [field, more @ ..] = rest {
            let Some(bytes) = width(field) else {
                return None;
            };
            match field.roles {
                [role] if is_length(role) => {
                    place = match (place, Place::of(field, role, at, header)) {
                        (None, Some(found)) => Some(found),
                        _ => return None,
                    }
                }
                roles if is_harmless(field, roles) => {}
                _ => return None,
            }
            at += bytes;
            rest = more;
        }
        match place {
            Some(place) if at == header => Some(Self { header, place }),
            _ => None,
        }
    }

    #[inline]
    fn missing(self, bytes: &[u8]) -> Option<usize> {
        let place = self.place;
        let Some(number) = bytes.get(place.at..place.at + place.bytes) else {
            return Some(self.header - bytes.len());
        };
        let length = load(number, place.order)?.checked_add_signed(place.offset)?;
        let length = usize::try_from(length).ok()?;
        if length < place.min || length > place.max {
            return None;
        }
        let message = length.saturating_add(place.before);
        (message > bytes.len()).then(|| message - bytes.len())
    }
}

/// The number in these bytes.
#[inline]
fn load(bytes: &[u8], order: Order) -> Option<u64> {
    Some(match (bytes, order) {
        ([byte], _) => (*byte).into(),
        (&[a, b], Order::Big) => u16::from_be_bytes([a, b]).into(),
        (&[a, b], Order::Little) => u16::from_le_bytes([a, b]).into(),
        (&[a, b, c, d], Order::Big) => u32::from_be_bytes([a, b, c, d]).into(),
        (&[a, b, c, d], Order::Little) => u32::from_le_bytes([a, b, c, d]).into(),
        _ => u64::try_from(order.load(bytes)).ok()?,
    })
}

impl Place {
    const fn of(field: &Field, role: &Role, at: usize, header: usize) -> Option<Self> {
        let Shape::Number(number) = &field.shape else {
            return None;
        };
        let (Some(max), NumberKind::Unsigned, true, None) =
            (field.max, number.kind, field.scale == 1, &field.constant)
        else {
            return None;
        };
        let (offset, before) = match role {
            Role::FrameLen { offset } => (*offset, 0),
            Role::RestLen { offset } => (*offset, at + number.bytes),
            Role::BodyLen { offset } => (*offset, header),
            _ => return None,
        };
        if offset < i64::MIN as i128 || offset > i64::MAX as i128 {
            return None;
        }
        Some(Self {
            at,
            bytes: number.bytes,
            order: number.order,
            offset: offset as i64,
            min: header.saturating_sub(before),
            max,
            before,
        })
    }
}

/// Bytes of a field that is always there, in whole bytes.
const fn width(field: &Field) -> Option<usize> {
    let plain = matches!(field.presence, Presence::Always)
        && field.align == 1
        && !field.trailer
        && field.checksum.is_none();
    match &field.shape {
        Shape::Number(number) if plain => Some(number.bytes),
        Shape::Array { len } if plain => Some(*len),
        _ => None,
    }
}

const fn is_length(role: &Role) -> bool {
    matches!(
        role,
        Role::FrameLen { .. } | Role::RestLen { .. } | Role::BodyLen { .. }
    )
}

/// Whether no value of the field is wrong.
const fn is_harmless(field: &Field, roles: &[Role]) -> bool {
    let mut rest = roles;
    while let [role, more @ ..] = rest {
        let harmless = matches!(
            role,
            Role::RequestId | Role::StreamId | Role::Property(_) | Role::Status { .. }
        );
        if !harmless {
            return false;
        }
        rest = more;
    }
    let number = match &field.shape {
        Shape::Number(number) => !matches!(number.kind, NumberKind::Bool),
        _ => true,
    };
    number
        && field.constant.is_none()
        && field.max.is_none()
        && field.scale == 1
        && field.codes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KIB, Parsed, Read};

    #[derive(Header, Clone, Debug)]
    #[header(little_endian)]
    struct Plain {
        #[header(request_id)]
        id: u16,
        #[header(rest_len, max = KIB, offset = -1)]
        rest: u16,
        salt: [u8; 3],
    }

    #[derive(Header, Clone, Debug)]
    #[header(big_endian)]
    struct Body {
        #[header(body_len, max = KIB)]
        body: u32,
        id: u8,
    }

    #[derive(Header, Clone, Debug)]
    #[header(big_endian)]
    struct Whole {
        flags: i8,
        #[header(frame_len, max = KIB, offset = 2)]
        length: u16,
    }

    /// What is missing is said as [`Header::parse`] says it, or not at all.
    fn agrees<'a, H: Header + Read<'a>>(bytes: &'a [u8]) -> Option<usize> {
        let said = missing::<H>(bytes);
        if let Some(said) = said {
            match H::parse(bytes) {
                Ok(Parsed::Wait { at_least }) => assert_eq!(at_least, said, "{bytes:?}"),
                other => panic!("{bytes:?}: {other:?}"),
            }
        }
        said
    }

    #[test]
    fn it_says_what_reading_says() {
        let mut told = 0;
        let numbers = [
            0, 1, 2, 3, 4, 5, 6, 200, 1021, 1022, 1024, 1025, 1026, 0xFFFF,
        ];
        for number in numbers.map(|number: u32| number.to_le_bytes()) {
            let [low, high, ..] = number;
            for length in 0..12 {
                let plain = [1, 2, low, high, 5, 6, 7, 8, 9, 10, 11, 12];
                let body = [0, 0, high, low, 5, 6, 7, 8, 9, 10, 11, 12];
                let whole = [0xFF, high, low, 4, 5, 6, 7, 8, 9, 10, 11, 12];
                told += usize::from(agrees::<Plain>(&plain[..length]).is_some());
                told += usize::from(agrees::<Body>(&body[..length]).is_some());
                told += usize::from(agrees::<Whole>(&whole[..length]).is_some());
            }
        }
        assert!(told > 300, "{told}");
    }

    #[test]
    fn it_is_silent_where_more_can_be_wrong() {
        #[derive(Header, Clone, Debug)]
        struct Magic {
            #[header(constant = 7)]
            magic: u8,
            #[header(frame_len, max = 64)]
            length: u8,
        }
        #[derive(Header, Clone, Debug)]
        struct Flag {
            #[header(frame_len, max = 64)]
            length: u8,
            flag: bool,
        }
        assert_eq!(missing::<Magic>(&[7]), None);
        assert_eq!(missing::<Flag>(&[9]), None);
        assert_eq!((least::<Magic>(), least::<Plain>()), (1, 4));
    }
}
