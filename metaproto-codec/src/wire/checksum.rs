//! Checksums over runs of bytes.
//!
//! A field with `#[header(checksum = crc32c)]` is verified where it is read and recomputed where it is written. The names
//! below can be written in lower case with words apart (`crc16_modbus`); any other type that implements [`Checksum`] is
//! named by its path.

use crc::{Crc, Table};

/// A checksum that is fed piece by piece.
///
/// ```
/// use metaproto_codec::wire::{Checksum, Crc32c};
///
/// let mut sum = Crc32c::default();
/// sum.update(b"1234");
/// sum.update(b"56789");
/// assert_eq!(sum.value(), 0xE306_9283, "the check value of the catalogue");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no checksum",
    label = "`checksum = ..` names a built-in checksum or a type that implements `Checksum`",
    note = "built in are crc16_arc, crc16_modbus, crc16_xmodem, crc16_ibm3740, crc32, crc32c, adler32 and internet; for another implement `metaproto_codec::wire::Checksum`"
)]
pub trait Checksum: Default {
    /// Its name, for people and tools.
    const NAME: &'static str;

    /// Takes in the next bytes.
    fn update(&mut self, bytes: &[u8]);

    /// The checksum of all bytes so far, in the low bits.
    fn value(&self) -> u64;
}

/// The checksum of all slices, in order.
#[must_use]
pub fn checksum_of<C: Checksum>(slices: &[&[u8]]) -> u64 {
    let mut sum = C::default();
    slices.iter().for_each(|slice| sum.update(slice));
    sum.value()
}

macro_rules! crcs {
    ($($(#[$doc:meta])* $name:ident: $width:ty = $algorithm:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(crc::Digest<'static, $width, Table<16>>);

        impl Default for $name {
            fn default() -> Self {
                static TABLE: Crc<$width, Table<16>> = Crc::<$width, Table<16>>::new(&crc::$algorithm);
                Self(TABLE.digest())
            }
        }

        impl Checksum for $name {
            const NAME: &'static str = stringify!($name);

            fn update(&mut self, bytes: &[u8]) {
                self.0.update(bytes);
            }

            fn value(&self) -> u64 {
                self.0.clone().finalize().into()
            }
        }
    )*};
}
crcs! {
    /// CRC-16 with polynomial 0x8005, reflected, start 0: `crc16_arc`.
    Crc16Arc: u16 = CRC_16_ARC;
    /// CRC-16 with polynomial 0x8005, reflected, start 0xFFFF: `crc16_modbus`.
    Crc16Modbus: u16 = CRC_16_MODBUS;
    /// CRC-16 with polynomial 0x1021, start 0, often called CCITT: `crc16_xmodem`.
    Crc16Xmodem: u16 = CRC_16_XMODEM;
    /// CRC-16 with polynomial 0x1021, start 0xFFFF, often called CCITT-FALSE: `crc16_ibm3740`.
    Crc16Ibm3740: u16 = CRC_16_IBM_3740;
    /// CRC-32 as in Ethernet, zip and PNG: `crc32`.
    Crc32: u32 = CRC_32_ISO_HDLC;
    /// CRC-32C (Castagnoli), as in iSCSI and MongoDB: `crc32c`.
    Crc32c: u32 = CRC_32_ISCSI;
}

/// Adler-32 (RFC 1950, section 8.2): `adler32`.
#[derive(Clone, Debug, Default)]
pub struct Adler32(adler2::Adler32);

impl Checksum for Adler32 {
    const NAME: &'static str = "Adler32";

    fn update(&mut self, bytes: &[u8]) {
        self.0.write_slice(bytes);
    }

    fn value(&self) -> u64 {
        self.0.checksum().into()
    }
}

/// The Internet checksum (RFC 1071), the complement of the sum of big-endian 16-bit words: `internet`.
#[derive(Clone, Debug, Default)]
pub struct Internet {
    sum: u64,
    is_odd: bool,
}

impl Checksum for Internet {
    const NAME: &'static str = "Internet";

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let word = u64::from(*byte) << if self.is_odd { 0 } else { 8 };
            self.sum = self.sum.wrapping_add(word);
            self.is_odd = !self.is_odd;
        }
        self.sum = (self.sum >> 32) + (self.sum & 0xFFFF_FFFF);
    }

    fn value(&self) -> u64 {
        let mut sum = self.sum;
        while sum > 0xFFFF {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        !sum & 0xFFFF
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<C: Checksum>(bytes: &[u8]) -> u64 {
        let whole = checksum_of::<C>(&[bytes]);
        for split in 0..=bytes.len() {
            let (left, right) = bytes.split_at(split);
            assert_eq!(checksum_of::<C>(&[left, right]), whole, "split at {split}");
        }
        whole
    }

    // Check values of "123456789" from the catalogue of parametrised CRC algorithms (reveng.sourceforge.io).
    #[test]
    fn the_check_values_are_those_of_the_catalogue() {
        let nine = b"123456789";
        assert_eq!(of::<Crc16Arc>(nine), 0xBB3D);
        assert_eq!(of::<Crc16Modbus>(nine), 0x4B37);
        assert_eq!(of::<Crc16Xmodem>(nine), 0x31C3);
        assert_eq!(of::<Crc16Ibm3740>(nine), 0x29B1);
        assert_eq!(of::<Crc32>(nine), 0xCBF4_3926);
        assert_eq!(of::<Crc32c>(nine), 0xE306_9283);
    }

    #[test]
    fn adler_and_internet_are_as_their_documents_say() {
        assert_eq!(of::<Adler32>(b"Wikipedia"), 0x11E6_0398);
        // RFC 1071, section 3: these words sum up to 0xDDF2.
        assert_eq!(
            of::<Internet>(&[0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]),
            0xFFFF - 0xDDF2
        );
    }
}
