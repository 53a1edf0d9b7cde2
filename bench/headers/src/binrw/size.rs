//! The length of what a value writes, which binrw does not tell: shared by the headers that state it before the value.

use binrw::io::Cursor;
use binrw::meta::WriteEndian;
use binrw::{BinResult, BinWrite};

/// Bytes that `value` takes.
pub fn written_len<T>(value: &T) -> BinResult<usize>
where
    T: WriteEndian + for<'a> BinWrite<Args<'a> = ()>,
{
    let mut writer = Cursor::new(Vec::new());
    value.write(&mut writer)?;
    Ok(writer.into_inner().len())
}
