//! Reading fields, RFC 7541 section 6.

use super::super::fields::Fields;
use super::HpackError;
use super::huffman;
use super::table::{DynamicTable, STATIC};

/// What a peer may use for its dynamic table before it knows our SETTINGS, RFC 9113 section 6.5.2; more we never offer.
const MAX_TABLE: u32 = 4096;

/// Reads the header blocks of one connection, one after another and each of them, since they refer to each other.
#[derive(Debug)]
pub(crate) struct Decoder {
    table: DynamicTable,
}

impl Decoder {
    pub(crate) fn new() -> Self {
        Self {
            table: DynamicTable::new(MAX_TABLE as usize),
        }
    }

    /// Reads a whole block into `fields`, which loses what it had. After an error the connection cannot go on.
    pub(crate) fn decode(&mut self, block: &[u8], fields: &mut Fields) -> Result<(), HpackError> {
        fields.clear();
        let mut input = block;
        let mut may_resize = true;
        while let Some((first, rest)) = input.split_first() {
            let first = *first;
            input = rest;
            match first {
                0x80.. => self.indexed(first, &mut input, fields)?,
                0x40.. => self.literal(first, 6, &mut input, fields)?,
                0x20.. if may_resize => {
                    self.resize(first, &mut input)?;
                    continue;
                }
                0x20.. => return Err(HpackError::SizeUpdateTooLate),
                0x00.. => self.literal(first, 4, &mut input, fields)?,
            }
            may_resize = false;
        }
        Ok(())
    }

    fn indexed(&self, first: u8, input: &mut &[u8], fields: &mut Fields) -> Result<(), HpackError> {
        let index = integer(first, 7, input)?;
        let (name, value) = self.get(index)?;
        fields.push(name, value);
        Ok(())
    }

    /// A literal whose first byte has that many bits of the name's index; with 6 bits it enters the table.
    fn literal(
        &mut self,
        first: u8,
        prefix: u32,
        input: &mut &[u8],
        fields: &mut Fields,
    ) -> Result<(), HpackError> {
        let mut field = fields.draft();
        match integer(first, prefix, input)? {
            0 => string(input, field.text())?,
            index => {
                let (name, _) = self.get(index)?;
                field.text().extend_from_slice(name);
            }
        }
        field.end_name();
        string(input, field.text())?;
        if prefix == 6 {
            let (name, value) = field.field();
            self.table.insert(name, value);
        }
        field.finish();
        Ok(())
    }

    fn resize(&mut self, first: u8, input: &mut &[u8]) -> Result<(), HpackError> {
        let size = integer(first, 5, input)?;
        if size > MAX_TABLE {
            return Err(HpackError::TableTooLarge { size });
        }
        self.table.resize(size as usize);
        Ok(())
    }

    fn get(&self, index: u32) -> Result<(&[u8], &[u8]), HpackError> {
        let place = (index as usize).checked_sub(1);
        let found = place.and_then(|place| match STATIC.get(place) {
            Some((name, value)) => Some((name.as_bytes(), value.as_bytes())),
            None => self.table.get(place - STATIC.len()),
        });
        found.ok_or(HpackError::NoSuchIndex { index })
    }
}

/// RFC 7541 section 5.2.
fn string(input: &mut &[u8], text: &mut Vec<u8>) -> Result<(), HpackError> {
    let (first, rest) = input.split_first().ok_or(HpackError::Truncated)?;
    *input = rest;
    let len = integer(*first, 7, input)? as usize;
    let (raw, rest) = input.split_at_checked(len).ok_or(HpackError::Truncated)?;
    *input = rest;
    if first & 0x80 == 0 {
        text.extend_from_slice(raw);
        Ok(())
    } else {
        huffman::decode(raw, text)
    }
}

/// RFC 7541 section 5.1: the low `prefix` bits of the first byte, and more bytes if all of them are 1.
fn integer(first: u8, prefix: u32, input: &mut &[u8]) -> Result<u32, HpackError> {
    let full = (1_u32 << prefix) - 1;
    let mut value = u32::from(first) & full;
    if value < full {
        return Ok(value);
    }
    for shift in [0, 7, 14, 21] {
        let (byte, rest) = input.split_first().ok_or(HpackError::Truncated)?;
        *input = rest;
        value += u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(HpackError::IntegerTooLarge)
}
