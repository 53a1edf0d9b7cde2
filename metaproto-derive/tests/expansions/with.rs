/// A field that functions of its author read and write.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(part)]
pub struct Custom {
    #[header(with = lines)]
    pub lines: Vec<String>,
}

mod lines {
    use metaproto_codec::CodecError;
    use metaproto_codec::wire::{Cursor, Stop, Writer};

    pub(super) const MIN_LEN: usize = 1;
    pub(super) const MAX_LEN: usize = 256;

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Vec<String>, Stop> {
        let bytes = cursor.until(b"\0", 255)?;
        Ok(cursor.text(bytes)?.lines().map(str::to_owned).collect())
    }

    pub(super) fn write(lines: &[String], writer: &mut Writer<'_>) -> Result<(), CodecError> {
        writer.until(lines.join("\n").as_bytes(), b"\0", 255)
    }
}
