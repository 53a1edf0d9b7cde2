//! Numbers of unlimited size, as far as fields can spell them, for the conditions under which fields are there.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitXor};

/// A signed number of 256 bits: every number of 128 bits, signed or not, and what bit operations make of two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    high: i128,
    low: u128,
}

impl Wide {
    pub(super) const ZERO: Self = Self { high: 0, low: 0 };

    pub(super) fn unsigned(number: u128) -> Self {
        Self {
            high: 0,
            low: number,
        }
    }

    pub(super) fn signed(number: i128) -> Self {
        Self {
            high: if number < 0 { -1 } else { 0 },
            low: number.cast_unsigned(),
        }
    }

    pub(super) fn truth(is_true: bool) -> Self {
        Self::unsigned(is_true.into())
    }

    pub(super) fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Shifted down by `by` bits, with its sign; 0 where that is 127 or more.
    pub(super) fn shifted(self, by: Self) -> Self {
        match (by.high, by.low) {
            (0, 0) => self,
            (0, bits @ 1..127) => Self {
                high: self.high >> bits,
                low: self.low >> bits | self.high.cast_unsigned() << (128 - bits),
            },
            _ => Self::ZERO,
        }
    }
}

/// As a number of 128 bits: of those that come from fields, as it is.
impl fmt::Display for Wide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.high < 0 {
            self.low.cast_signed().fmt(f)
        } else {
            self.low.fmt(f)
        }
    }
}

macro_rules! bitwise {
    ($($operator:ident, $verb:ident;)*) => {$(
        impl $operator for Wide {
            type Output = Self;

            fn $verb(self, other: Self) -> Self {
                Self {
                    high: self.high.$verb(other.high),
                    low: self.low.$verb(other.low),
                }
            }
        }
    )*};
}
bitwise! {
    BitAnd, bitand;
    BitOr, bitor;
    BitXor, bitxor;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_sizes_are_kept() {
        let (large, minus) = (Wide::unsigned(u128::MAX), Wide::signed(-1));
        assert!(large > minus && minus < Wide::ZERO && large != minus);
        assert_eq!(minus & large, large);
        assert_eq!(large ^ large, Wide::ZERO);
        assert_eq!(minus.shifted(Wide::unsigned(126)), minus);
        assert_eq!(
            large.shifted(Wide::unsigned(4)),
            Wide::unsigned(u128::MAX >> 4)
        );
        assert_eq!(
            (minus.to_string(), large.to_string()),
            ("-1".into(), u128::MAX.to_string())
        );
        for by in [Wide::unsigned(127), Wide::unsigned(u128::MAX), minus] {
            assert_eq!(minus.shifted(by), Wide::ZERO);
        }
        assert_eq!(large.shifted(Wide::ZERO), large);
    }
}
