//! THeader, the transport with properties: 14 bytes, a header in words of 4 bytes, then the message.
//!
//! Source: Apache Thrift, `doc/specs/HeaderFormat.md`.

use bytes::Bytes;
use metaproto_codec::nom::range;
use metaproto_codec::{Change, Fault, Header, KIB, Metadata, Mutation, Part, Read, Result};

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
            let InfoBlockView::KeyValues(block) = block else {
                return;
            };
            for (key, value) in block.pairs() {
                if is_name(key) && str::from_utf8(value).is_ok() {
                    metadata.peer_property(range(frame, key), range(frame, value));
                }
            }
        }
    }
}

/// Whether a key can be the name of a property.
fn is_name(key: &[u8]) -> bool {
    let is_clean = !key.is_empty() && !key.iter().any(u8::is_ascii_control);
    is_clean && str::from_utf8(key).is_ok()
}

impl THeaderFrame {
    /// A frame without properties, of a message to which nothing was done.
    pub(crate) fn plain(is_compact: bool, sequence_number: u32) -> Result<Self> {
        let mut header = THeader::template();
        header.protocol_id = if is_compact { COMPACT } else { BINARY };
        let mut frame = Self::template();
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
        let before = header.blocks.clone();
        for (key, change) in mutation.changes() {
            let changed = header.change(key, change);
            changed.map_err(|fault| fault.at(0, "mutation"))?;
        }
        if header.blocks != before {
            header.trim();
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
    /// Makes one change. A key that is there keeps its spelling and its place; of one that is repeated, the last counts.
    fn change(&mut self, key: &str, change: Change<'_>) -> Result<(), Fault> {
        let is_it = |(known, _): &(Bytes, Bytes)| known.eq_ignore_ascii_case(key.as_bytes());
        let lists = self.blocks.iter_mut().filter_map(|block| match block {
            InfoBlock::KeyValues(block) => Some(&mut block.pairs),
            InfoBlock::Rest(..) => None,
        });
        let Change::Set(value) = change else {
            lists.for_each(|pairs| pairs.retain(|pair| !is_it(pair)));
            return Ok(());
        };
        if !is_name(key.as_bytes()) || key.len().max(value.len()) > MAX_TEXT {
            let why =
                "keys are texts without control characters; neither they nor values exceed 64 KiB";
            let key = key.into();
            return Err(Fault::CannotHold { key, why });
        }
        let value = Bytes::copy_from_slice(value.as_bytes());
        if let Some((_, old)) = lists.flatten().rfind(|pair| is_it(pair)) {
            *old = value;
            return Ok(());
        }
        let pair = (Bytes::copy_from_slice(key.as_bytes()), value);
        match self.blocks.first_mut() {
            Some(InfoBlock::KeyValues(block)) => block.pairs.push(pair),
            _ => {
                let pairs = vec![pair];
                let block = InfoBlock::KeyValues(KeyValues { pairs });
                self.blocks.insert(0, block);
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
