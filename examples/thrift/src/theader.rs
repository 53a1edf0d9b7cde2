//! THeader, the transport with properties: 14 bytes, a header in words of 4 bytes, then the message.
//!
//! Source: Apache Thrift, `doc/specs/HeaderFormat.md`.

use bytes::Bytes;
use metaproto_codec::{Change, Fault, Header, KIB, Metadata, Mutation, Part, Read, Result};

use crate::codec::METHOD;
use crate::frame::MAX_LENGTH;

/// The longest key or value, bytes.
const MAX_TEXT: usize = 64 * KIB;

/// Numbers of the protocols and of the transform that are known.
const BINARY: u32 = 0;
const COMPACT: u32 = 2;
const ZLIB: u32 = 1;

/// Bytes of a word of the header.
const WORD: usize = 4;

/// The longest header, bytes.
const MAX_HEADER: usize = WORD * 0xFFFF;

/// A frame, but for the message in it.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct THeaderFrame {
    /// Bytes of the frame, without this length.
    #[header(rest_len, max = MAX_LENGTH)]
    pub frame_length: u32,
    /// Tells the transport from others.
    #[header(constant = 0x0FFF)]
    pub magic: u16,
    /// Kept as they came.
    #[header(reserved)]
    pub flags: u16,
    /// Some peers repeat the sequence id of the message here, others leave it 0.
    pub sequence_number: u32,
    /// A [`THeader`], kept as it came until something in it is changed. Its length is counted in words of 4 bytes.
    #[header(len = u16, scale = 4, max = MAX_HEADER)]
    pub header: Bytes,
}

/// The part that varies.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct THeader {
    /// 0 binary, 2 compact.
    #[header(varint)]
    pub protocol_id: u32,
    /// What was done to the message, in this order: 1 zlib.
    #[header(count = varint, max = 127, item(varint))]
    pub transforms: Vec<u32>,
    /// Blocks of properties, then padding.
    #[header(rest, max = MAX_HEADER, nested, align = 4)]
    pub blocks: Vec<InfoBlock>,
}

/// A block of properties, or what ends them.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part, tag = varint)]
pub enum InfoBlock {
    /// Properties of this message.
    #[header(tag = 1)]
    KeyValues(KeyValues),
    /// Padding (0), or a block that nobody knows and whose length is not stated: all that is left of the header.
    #[header(other)]
    Rest(u64, Unread),
}

/// Key-values.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct KeyValues {
    /// In wire order. They need not be UTF-8.
    #[header(count = varint, max = 1024, key(len = varint, max = MAX_TEXT), value(len = varint, max = MAX_TEXT))]
    pub pairs: Vec<(Bytes, Bytes)>,
}

/// Bytes that nobody reads.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(part)]
pub struct Unread {
    /// Kept as they came.
    #[header(rest, max = MAX_HEADER)]
    pub bytes: Bytes,
}

impl THeaderView<'_> {
    /// Refuses protocols and transforms that nobody knows, and says whether the message is deflated.
    pub(crate) fn is_deflated(&self) -> Result<bool> {
        let refuse = |field, code: u32| Err(Fault::Code { found: code.into() }.at(0, field));
        if !matches!(self.protocol_id(), BINARY | COMPACT) {
            return refuse("protocol_id", self.protocol_id());
        }
        let mut transforms = self.transforms().iter();
        match (transforms.next(), transforms.next()) {
            (None, _) => Ok(false),
            (Some(ZLIB), None) => Ok(true),
            (Some(ZLIB), Some(found)) | (Some(found), _) => refuse("transforms", found),
        }
    }

    /// Tells the host of the properties that are text; others stay in the message.
    pub(crate) fn describe(&self, frame: &[u8], metadata: &mut Metadata) {
        for block in self.blocks() {
            if let InfoBlockView::KeyValues(block) = block {
                let pairs = block.pairs().into_iter();
                pairs.for_each(|(key, value)| metadata.peer_entry(frame, key, value));
            }
        }
    }
}

impl THeaderFrame {
    /// A frame without properties, of a message to which nothing was done.
    pub(crate) fn plain(is_compact: bool, sequence_number: u32) -> Result<Self> {
        let (mut header, mut frame) = (THeader::template(), Self::template());
        header.protocol_id = if is_compact { COMPACT } else { BINARY };
        (frame.sequence_number, frame.header) = (sequence_number, header.to_bytes()?.into());
        Ok(frame)
    }

    /// Replaces what some peers repeat here of the sequence id of the message.
    pub(crate) fn renumber(&mut self, old: u32, new: u32) {
        if self.sequence_number == old {
            self.sequence_number = new;
        }
    }

    /// Makes the changes of `mutation`.
    pub(crate) fn change(&mut self, mutation: &Mutation) -> Result {
        let (view, _) = THeader::view_start(&self.header)?;
        let mut header = THeader::from_view(&view, Some(&self.header))?;
        header.trim();
        let before = header.blocks.clone();
        mutation.apply(|key, change| header.change(key, change))?;
        header.trim();
        if header.blocks != before {
            let kept = self.header.len() - view.blocks().bytes().len();
            let mut bytes = Vec::from(&self.header[..kept]);
            for block in &header.blocks {
                bytes.extend(block.to_bytes()?);
            }
            bytes.resize(bytes.len().next_multiple_of(WORD), 0);
            self.header = bytes.into();
        }
        Ok(())
    }
}

impl THeader {
    /// Makes one change: in the first block of key-values, and of what others have of the key nothing is left.
    fn change(&mut self, key: &str, mut change: Change<'_>) -> Result<(), Fault> {
        if key.eq_ignore_ascii_case(METHOD) {
            return Err(change.refused(key));
        }
        if !matches!(self.blocks.first(), Some(InfoBlock::KeyValues(_))) {
            self.blocks
                .insert(0, InfoBlock::KeyValues(KeyValues::template()));
        }
        for block in &mut self.blocks {
            if let InfoBlock::KeyValues(block) = block {
                change.make(key, &mut block.pairs, MAX_TEXT)?;
                change = Change::Remove;
            }
        }
        Ok(())
    }

    /// Leaves out empty blocks, and the padding of the last word, which is made anew; but not whole words, which some peers
    /// add.
    fn trim(&mut self) {
        self.blocks.retain_mut(|block| match block {
            InfoBlock::KeyValues(block) => !block.pairs.is_empty(),
            InfoBlock::Rest(0, Unread { bytes }) if bytes.iter().all(|byte| *byte == 0) => {
                let whole = (1 + bytes.len()) / WORD * WORD;
                bytes.truncate(whole.saturating_sub(1));
                whole > 0
            }
            InfoBlock::Rest(..) => true,
        });
    }
}
