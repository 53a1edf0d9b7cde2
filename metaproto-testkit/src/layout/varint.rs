//! Numbers in as many bytes as they need, seven bits in each.

use metaproto_codec::wire::VarintForm;

/// The most bytes and bits of a length prefix that is one.
pub(super) const PREFIX_BYTES: usize = 10;
pub(super) const PREFIX_BITS: usize = 64;

/// The fewest bytes that `raw` needs.
pub(super) fn width(raw: u128) -> usize {
    let bits = 128 - raw.leading_zeros() as usize;
    bits.div_ceil(7).max(1)
}

/// `raw` in `width` bytes, or in as many as it needs where those are more.
pub(super) fn bytes(form: VarintForm, raw: u128, width: usize) -> Vec<u8> {
    let width = width.max(self::width(raw));
    let seven =
        |index: usize| raw.checked_shr(7 * index as u32).unwrap_or(0).to_le_bytes()[0] & 0x7F;
    let mut bytes: Vec<u8> = (0..width).map(seven).collect();
    if form == VarintForm::Vlq {
        bytes.reverse();
    }
    if let Some((_, rest)) = bytes.split_last_mut() {
        rest.iter_mut().for_each(|byte| *byte |= 0x80);
    }
    bytes
}

/// What the seven bits of each byte spell.
pub(super) fn load(form: VarintForm, bytes: &[u8]) -> u128 {
    let fold = |number: u128, byte: &u8| number << 7 | u128::from(byte & 0x7F);
    match form {
        VarintForm::Vlq => bytes.iter().fold(0, fold),
        VarintForm::Leb128 => bytes.iter().rev().fold(0, fold),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_protocol_buffers_and_midi_document_them() {
        assert_eq!(bytes(VarintForm::Leb128, 150, 1), [0x96, 0x01]);
        assert_eq!(bytes(VarintForm::Vlq, 0x3FFF, 1), [0xFF, 0x7F]);
        assert_eq!(bytes(VarintForm::Vlq, 0x4000, 1), [0x81, 0x80, 0x00]);
        assert_eq!(bytes(VarintForm::Leb128, 1, 3), [0x81, 0x80, 0x00]);
        assert_eq!(load(VarintForm::Leb128, &[0x81, 0x80, 0x00]), 1);
        assert_eq!(load(VarintForm::Vlq, &[0x81, 0x80, 0x00]), 0x4000);
        assert_eq!((width(0), width(127), width(128)), (1, 1, 2));
        assert_eq!(width(u64::MAX.into()), PREFIX_BYTES);
    }
}
