//! WebSocket, the header of every frame: 2 to 14 bytes; the payload is as it was sent, masked where there is a key.
//!
//! Source: RFC 6455, section 5.2.

use metaproto_codec::wire::{Cursor, Order, Stop, Writer, low64};
use metaproto_codec::{CodecError, Fault, Header, MIB};

/// Header of every frame.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct WebsocketFrame {
    /// The last frame of its message.
    #[header(bits = 1)]
    pub fin: bool,
    /// For extensions, as the other two.
    #[header(bits = 1)]
    pub rsv1: bool,
    #[expect(missing_docs, reason = "as the first")]
    #[header(bits = 1)]
    pub rsv2: bool,
    #[expect(missing_docs, reason = "as the first")]
    #[header(bits = 1)]
    pub rsv3: bool,
    /// 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    #[header(bits = 4, operation)]
    pub opcode: u8,
    /// The mask bit, the length of the payload and the masking key.
    #[header(with = payload, body_len, max = 16 * MIB)]
    pub payload: Payload,
}

/// What a frame says of its payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// Bytes.
    pub length: u64,
    /// Of what a client sends.
    pub masking_key: Option<[u8; 4]>,
}

/// A length whose first byte says how long it is itself, in seven bits, and in the eighth whether a key follows.
mod payload {
    use super::{CodecError, Cursor, Fault, Order, Payload, Stop, Writer, low64};

    pub(super) const MIN_LEN: usize = 1;
    pub(super) const MAX_LEN: usize = 13;

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Payload, Stop> {
        let [first] = cursor.take_array()?;
        let (length, min) = match first & 0x7F {
            126 => (cursor.raw::<2>(Order::Big)?, 126),
            127 => (cursor.raw::<8>(Order::Big)?, 0x1_0000),
            short => (short.into(), 0),
        };
        // "The minimal number of bytes MUST be used to encode the length".
        if length < min as u128 {
            let found = length;
            return Err(cursor.fault(Fault::BelowMinimum { found, min }));
        }
        let is_masked = first & 0x80 != 0;
        Ok(Payload {
            length: low64(length),
            masking_key: is_masked.then(|| cursor.take_array()).transpose()?,
        })
    }

    pub(super) fn write(value: &Payload, writer: &mut Writer<'_>) -> Result<(), CodecError> {
        let (mask, length) = (u128::from(value.masking_key.is_some()) << 7, length(value));
        match length {
            0..126 => writer.raw::<1>(mask | length, Order::Big),
            126..0x1_0000 => writer.raw::<3>((mask | 126) << 16 | length, Order::Big),
            _ => writer.raw::<9>((mask | 127) << 64 | length, Order::Big),
        }
        writer.bytes(value.masking_key.as_ref().map_or(&[], |key| key));
        Ok(())
    }

    pub(super) fn length(value: &Payload) -> u128 {
        value.length.into()
    }

    pub(super) fn set_length(value: &mut Payload, length: u128) {
        value.length = low64(length);
    }
}
