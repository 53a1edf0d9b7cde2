//! MongoDB's OP_MSG in binrw, with modular-bitfield for the flags.
//!
//! Not said: how many bytes a partial message lacks (an error says only that the input ended)
//! Not said: that a list fills its bytes (asserted, since `take_seek` also ends where the input ends)
//! Not said: roles of the fields (request id, response to, one-way by flag)
//! Not said: a field changed in the bytes, without the whole being read and written again

use binrw::helpers::until_eof;
use binrw::io::{Read, Result, Seek, SeekFrom, TakeSeekExt, Write};
use binrw::{BinRead, BinWrite, NullString, binrw};
use modular_bitfield::prelude::*;

/// A message: 16 bytes of header, flags, sections, a checksum where the flags say so.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[br(stream = reader)]
#[bw(stream = writer, map_stream = ChecksumWriter::new)]
#[brw(little)]
pub struct OpMsg {
    #[br(temp, assert((20..=48_000_000).contains(&message_length)))]
    #[bw(try_calc = u32::try_from(Self::length(flag_bits, sections)))]
    message_length: u32,
    /// Matches a response to its request.
    pub request_id: i32,
    /// The request that this answers.
    pub response_to: i32,
    /// What the message has and expects.
    #[brw(magic = 2013u32, assert(flag_bits.required() == 0))]
    pub flag_bits: FlagBits,
    /// One body, any number of sequences.
    #[br(
        map_stream = |reader| reader.take_seek(
            message_length.saturating_sub(20 + 4 * u32::from(flag_bits.checksum_present())).into()
        ),
        parse_with = until_eof,
        assert(message_length as usize == Self::length(&flag_bits, &sections))
    )]
    pub sections: Vec<Section>,
    #[br(
        temp,
        if(flag_bits.checksum_present()),
        assert(checksum.is_none_or(|sum| {
            checksum_before(reader, message_length).is_ok_and(|computed| sum == computed)
        }))
    )]
    #[bw(calc = flag_bits.checksum_present().then_some(writer.checksum))]
    checksum: Option<u32>,
}

/// From the lowest bit.
#[bitfield]
#[derive(BinRead, BinWrite, Clone, Copy, Debug, PartialEq, Eq)]
#[br(map = Self::from_bytes)]
#[bw(map = |&bits| Self::into_bytes(bits))]
pub struct FlagBits {
    /// A CRC-32C ends the message.
    pub checksum_present: bool,
    /// Another message follows without a request.
    pub more_to_come: bool,
    /// Flags that must be known to be set.
    pub required: B14,
    /// The client takes several replies.
    pub exhaust_allowed: bool,
    /// Flags that may be ignored, kept as they came.
    pub optional: B15,
}

/// A section.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(little)]
pub enum Section {
    /// One document.
    #[brw(magic = 0u8)]
    Body(Document),
    /// Documents under a name.
    #[brw(magic = 1u8)]
    Sequence {
        #[br(temp)]
        #[bw(try_calc = u32::try_from(5 + identifier.len() + Document::total(documents)))]
        size: u32,
        /// The argument of the command.
        identifier: NullString,
        /// In their order.
        #[br(
            map_stream = |reader| reader.take_seek(
                u64::from(size).saturating_sub(5 + identifier.len() as u64)
            ),
            parse_with = until_eof,
            assert(size as usize == 5 + identifier.len() + Document::total(&documents))
        )]
        documents: Vec<Document>,
    },
}

/// A BSON document.
#[binrw]
#[derive(Clone, Debug, PartialEq, Eq)]
#[brw(little)]
pub struct Document {
    #[br(temp, assert((5..=16 << 20).contains(&length)))]
    #[bw(try_calc = u32::try_from(4 + elements.len()))]
    length: u32,
    /// Elements and the NUL that ends them.
    #[br(count = length - 4)]
    pub elements: Vec<u8>,
}

impl OpMsg {
    fn length(flag_bits: &FlagBits, sections: &[Section]) -> usize {
        20 + Section::total(sections) + 4 * usize::from(flag_bits.checksum_present())
    }
}

impl Section {
    fn total(sections: &[Self]) -> usize {
        sections
            .iter()
            .map(|section| match section {
                Self::Body(document) => 5 + document.elements.len(),
                Self::Sequence {
                    identifier,
                    documents,
                } => 6 + identifier.len() + Document::total(documents),
            })
            .sum()
    }
}

impl Document {
    fn total(documents: &[Self]) -> usize {
        documents
            .iter()
            .map(|document| 4 + document.elements.len())
            .sum()
    }
}

/// CRC-32C of the message that ends here, but for its last 4 bytes.
fn checksum_before<R: Read + Seek>(reader: &mut R, message_length: u32) -> Result<u32> {
    let mut message = vec![0; message_length as usize - 4];
    reader.seek(SeekFrom::Current(-i64::from(message_length)))?;
    reader.read_exact(&mut message)?;
    reader.seek(SeekFrom::Current(4))?;
    Ok(crc32c::crc32c(&message))
}

/// Computes the CRC-32C of what is written through it.
struct ChecksumWriter<W> {
    inner: W,
    checksum: u32,
}

impl<W> ChecksumWriter<W> {
    fn new(inner: W) -> Self {
        Self { inner, checksum: 0 }
    }
}

impl<W: Write> Write for ChecksumWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.inner.write(bytes)?;
        self.checksum = crc32c::crc32c_append(self.checksum, &bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.inner.flush()
    }
}

impl<W: Seek> Seek for ChecksumWriter<W> {
    fn seek(&mut self, position: SeekFrom) -> Result<u64> {
        self.inner.seek(position)
    }
}
