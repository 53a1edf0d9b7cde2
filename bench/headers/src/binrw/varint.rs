//! Varints for binrw, which has none: seven bits a byte, the lowest first; shared by the headers that have them.

use binrw::io::{Read, Seek, Write};
use binrw::{BinRead, BinResult, BinWrite, Endian, Error};

/// A number of at most `MAX_BYTES` bytes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Varint<const MAX_BYTES: usize>(pub u32);

impl<const MAX_BYTES: usize> BinRead for Varint<MAX_BYTES> {
    type Args<'a> = ();

    fn read_options<R: Read + Seek>(reader: &mut R, endian: Endian, (): ()) -> BinResult<Self> {
        let pos = reader.stream_position()?;
        let mut value = 0u64;
        for index in 0..MAX_BYTES {
            let byte = u8::read_options(reader, endian, ())?;
            value |= u64::from(byte & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                return u32::try_from(value).map(Self).map_err(|_| too_long(pos));
            }
        }
        Err(too_long(pos))
    }
}

impl<const MAX_BYTES: usize> BinWrite for Varint<MAX_BYTES> {
    type Args<'a> = ();

    fn write_options<W: Write + Seek>(
        &self,
        writer: &mut W,
        endian: Endian,
        (): (),
    ) -> BinResult<()> {
        if u64::from(self.0) >> (7 * MAX_BYTES) != 0 {
            return Err(too_long(writer.stream_position()?));
        }
        let mut value = self.0;
        while value >= 0x80 {
            (value as u8 | 0x80).write_options(writer, endian, ())?;
            value >>= 7;
        }
        (value as u8).write_options(writer, endian, ())
    }
}

fn too_long(pos: u64) -> Error {
    Error::AssertFail {
        pos,
        message: "varint too long".into(),
    }
}
