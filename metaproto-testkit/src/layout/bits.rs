//! Whole bytes to unsigned numbers and back, in either order.

use metaproto_codec::wire::Order;

/// The low `bits` bits set.
pub(super) fn mask(bits: usize) -> u128 {
    match u32::try_from(bits) {
        Ok(bits @ 0..128) => (1 << bits) - 1,
        _ => u128::MAX,
    }
}

/// The unsigned number that `bytes` spell; of more than 16 bytes, the low 16.
pub(super) fn load(order: Order, bytes: &[u8]) -> u128 {
    let fold = |number: u128, byte: &u8| number << 8 | u128::from(*byte);
    match order {
        Order::Big => bytes.iter().fold(0, fold),
        Order::Little => bytes.iter().rev().fold(0, fold),
    }
}

/// The low `width` bytes of `number`; beyond 16 bytes they are zero.
pub(super) fn bytes(order: Order, number: u128, width: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = number.to_le_bytes().into_iter().collect();
    bytes.resize(width, 0);
    if order == Order::Big {
        bytes.reverse();
    }
    bytes
}

/// The number that the low `bits` bits of `raw` spell in two's complement.
pub(super) fn signed(raw: u128, bits: usize) -> i128 {
    let value = raw & mask(bits);
    let sign = bits > 0 && bits < 128 && value >> (bits - 1) == 1;
    let high = if sign { !mask(bits) } else { 0 };
    (value | high).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_odd_widths() {
        assert_eq!(load(Order::Big, &[1, 2, 3]), 0x01_02_03);
        assert_eq!(load(Order::Little, &[1, 2, 3]), 0x03_02_01);
        assert_eq!(bytes(Order::Big, 0x0A_0B_0C_0D, 3), [0x0B, 0x0C, 0x0D]);
        assert_eq!(bytes(Order::Little, 0x0A_0B_0C_0D, 3), [0x0D, 0x0C, 0x0B]);
        assert_eq!(signed(0xFF_FFFE, 24), -2);
        assert_eq!(signed(0x7F_FFFF, 24), 0x7F_FFFF);
        assert_eq!(signed(u128::MAX, 128), -1);
        assert_eq!((mask(0), mask(12), mask(128)), (0, 0xFFF, u128::MAX));
    }
}
