//! Varints for deku, which has none: seven bits a byte, the lowest first; shared by the headers that have them.

use deku::no_std_io::{Read, Seek, Write};
use deku::prelude::*;

/// A number of at most `MAX_BYTES` bytes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Varint<const MAX_BYTES: usize>(pub u32);

impl<const MAX_BYTES: usize, Ctx> DekuReader<'_, Ctx> for Varint<MAX_BYTES> {
    fn from_reader_with_ctx<R: Read + Seek>(
        reader: &mut Reader<R>,
        _: Ctx,
    ) -> Result<Self, DekuError> {
        let mut value = 0;
        for index in 0..MAX_BYTES {
            let byte = u8::from_reader_with_ctx(reader, ())?;
            value |= u64::from(byte & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                return u32::try_from(value).map(Self).map_err(|_| too_long());
            }
        }
        Err(too_long())
    }
}

impl<const MAX_BYTES: usize, Ctx> DekuWriter<Ctx> for Varint<MAX_BYTES> {
    fn to_writer<W: Write + Seek>(&self, writer: &mut Writer<W>, _: Ctx) -> Result<(), DekuError> {
        if u64::from(self.0) >> (7 * MAX_BYTES) != 0 {
            return Err(too_long());
        }
        let mut value = self.0;
        while value >= 0x80 {
            writer.write_bytes(&[value as u8 | 0x80])?;
            value >>= 7;
        }
        writer.write_bytes(&[value as u8])
    }
}

fn too_long() -> DekuError {
    DekuError::Parse("varint too long".into())
}
