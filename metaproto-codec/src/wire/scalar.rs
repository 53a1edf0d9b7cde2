//! Numbers of any width, in both byte orders.

/// The byte order of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
}

impl Order {
    /// The number in at most 16 `bytes`.
    #[inline(always)]
    #[must_use]
    pub fn load(self, bytes: &[u8]) -> u128 {
        // The widths of nearly all numbers, for which the compiler has one instruction.
        match (self, bytes) {
            (_, [byte]) => (*byte).into(),
            (Self::Big, &[a, b]) => u16::from_be_bytes([a, b]).into(),
            (Self::Little, &[a, b]) => u16::from_le_bytes([a, b]).into(),
            (Self::Big, &[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]).into(),
            (Self::Little, &[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]).into(),
            (Self::Big, &[a, b, c, d, e, f, g, h]) => {
                u64::from_be_bytes([a, b, c, d, e, f, g, h]).into()
            }
            (Self::Little, &[a, b, c, d, e, f, g, h]) => {
                u64::from_le_bytes([a, b, c, d, e, f, g, h]).into()
            }
            _ => self.load_any(bytes),
        }
    }

    fn load_any(self, bytes: &[u8]) -> u128 {
        let mut wide = [0; 16];
        let width = bytes.len().min(16);
        match self {
            Self::Big => {
                for (slot, byte) in wide[16 - width..].iter_mut().zip(bytes) {
                    *slot = *byte;
                }
                u128::from_be_bytes(wide)
            }
            Self::Little => {
                for (slot, byte) in wide.iter_mut().zip(bytes) {
                    *slot = *byte;
                }
                u128::from_le_bytes(wide)
            }
        }
    }

    /// Fills at most 16 `bytes` with the low bytes of `raw`.
    #[inline(always)]
    pub fn store(self, raw: u128, bytes: &mut [u8]) {
        let low = super::low64(raw).to_le_bytes();
        let [a, b, c, d, ..] = low;
        match (self, bytes) {
            (_, [byte]) => *byte = a,
            (Self::Big, [first, second]) => (*first, *second) = (b, a),
            (Self::Little, [first, second]) => (*first, *second) = (a, b),
            (Self::Big, bytes) if bytes.len() == 4 => bytes.copy_from_slice(&[d, c, b, a]),
            (Self::Little, bytes) if bytes.len() == 4 => bytes.copy_from_slice(&[a, b, c, d]),
            (_, bytes) => self.store_any(raw, bytes),
        }
    }

    #[inline]
    fn store_any(self, raw: u128, bytes: &mut [u8]) {
        let width = bytes.len().min(16);
        match self {
            Self::Big => bytes[..width].copy_from_slice(&raw.to_be_bytes()[16 - width..]),
            Self::Little => bytes[..width].copy_from_slice(&raw.to_le_bytes()[..width]),
        }
    }
}

/// A value with a fixed number of bits on the wire: integers, floats and booleans.
pub trait Scalar: Copy {
    /// Bits of the Rust type.
    const BITS: u32;

    /// The value of `bits` wire bits, sign-extended where the type is signed; `None` where no value has these bits.
    fn from_raw(raw: u128, bits: u32) -> Option<Self>;

    /// The bits of the value; more than the field's width where the value does not fit (a negative number is cut to
    /// [`BITS`](Self::BITS) bits).
    fn to_raw(self) -> u128;

    /// The wire bits of a field of `bits` bits; `None` where the value does not fit.
    #[inline]
    fn to_wire(self, bits: u32) -> Option<u128> {
        let raw = self.to_raw() & mask(bits);
        (Self::from_raw(raw, bits)?.to_raw() == self.to_raw()).then_some(raw)
    }
}

/// The low `bits` bits set.
#[inline]
pub(crate) const fn mask(bits: u32) -> u128 {
    if bits >= 128 {
        u128::MAX
    } else {
        (1 << bits) - 1
    }
}

macro_rules! unsigned {
    ($($type:ty),*) => {$(
        impl Scalar for $type {
            const BITS: u32 = <$type>::BITS;

            #[inline]
            fn from_raw(raw: u128, bits: u32) -> Option<Self> {
                <$type>::try_from(raw & mask(bits)).ok()
            }

            #[inline]
            fn to_raw(self) -> u128 {
                u128::from(self)
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64, u128);

macro_rules! signed {
    ($($type:ty: $unsigned:ty),*) => {$(
        impl Scalar for $type {
            const BITS: u32 = <$type>::BITS;

            #[inline]
            fn from_raw(raw: u128, bits: u32) -> Option<Self> {
                let shift = 128 - bits.clamp(1, 128);
                <$type>::try_from((raw << shift).cast_signed() >> shift).ok()
            }

            #[inline]
            fn to_raw(self) -> u128 {
                u128::from(self.cast_unsigned())
            }
        }
    )*};
}
signed!(i8: u8, i16: u16, i32: u32, i64: u64, i128: u128);

macro_rules! floats {
    ($($type:ty: $unsigned:ty),*) => {$(
        impl Scalar for $type {
            const BITS: u32 = <$unsigned>::BITS;

            #[inline]
            fn from_raw(raw: u128, _: u32) -> Option<Self> {
                <$unsigned>::try_from(raw).ok().map(<$type>::from_bits)
            }

            #[inline]
            fn to_raw(self) -> u128 {
                u128::from(self.to_bits())
            }
        }
    )*};
}
floats!(f32: u32, f64: u64);

impl Scalar for bool {
    const BITS: u32 = 1;

    #[inline]
    fn from_raw(raw: u128, _: u32) -> Option<Self> {
        match raw {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    #[inline]
    fn to_raw(self) -> u128 {
        u128::from(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_widths_extend_the_sign() {
        assert_eq!(i32::from_raw(0xFF_FFFE, 24), Some(-2));
        assert_eq!((-2_i32).to_wire(24), Some(0xFF_FFFE));
        assert_eq!((1_i32 << 23).to_wire(24), None);
        assert_eq!((-(1_i32 << 23)).to_wire(24), Some(0x80_0000));
        assert_eq!(0x100_0000_u32.to_wire(24), None);
        assert_eq!(i128::from_raw(u128::MAX, 128), Some(-1));
    }

    #[test]
    fn both_orders_load_what_they_store() {
        for order in [Order::Big, Order::Little] {
            for width in 1..=16 {
                let raw = 0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10 & mask(8 * width as u32);
                let mut bytes = vec![0; width];
                order.store(raw, &mut bytes);
                assert_eq!(order.load(&bytes), raw);
            }
        }
        assert_eq!(Order::Big.load(&[1, 2, 3]), 0x01_02_03);
        assert_eq!(Order::Little.load(&[1, 2, 3]), 0x03_02_01);
    }
}
