//! THeader, the transport with properties: 14 bytes, a header in words of 4 bytes, then the message.
//!
//! Source: Apache Thrift, `doc/specs/HeaderFormat.md`.

use bytes::Bytes;
use metaproto_codec::wire::{is_text, offset_in};
use metaproto_codec::{
    Change, CodecError, Fault, FieldPath, Header, KIB, Metadata, Mutation, Part, Read,
};

use crate::begin::append;
use crate::frame::MAX_LENGTH;

/// The longest key or value, bytes.
const MAX_TEXT: usize = 64 * KIB;

/// Bytes beyond those of the header for which there is room without another allocation.
const ROOM: usize = 64;

/// Numbers of the protocols and of the transform that are known.
const BINARY: u32 = 0;
const COMPACT: u32 = 2;
const ZLIB: u32 = 1;

/// Bytes of a word of the header.
const WORD: usize = 4;

/// Where fields of a frame stand.
const SEQUENCE_NUMBER_AT: usize = 8;
const WORDS_AT: usize = 12;

/// Bytes of a frame before its header.
const HEADER_AT: usize = 14;

/// A frame, but for the message in it.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub struct THeaderFrame {
    /// Bytes of the frame, without this length.
    #[header(rest_len, max = MAX_LENGTH)]
    pub length: u32,
    /// Tells the transport from others.
    #[header(constant = 0x0FFF)]
    pub magic: u16,
    /// Kept as they came.
    #[header(reserved)]
    pub flags: u16,
    /// Some peers repeat the sequence id of the message here, others leave it 0.
    pub sequence_number: u32,
    /// Length of the header, in words of 4 bytes.
    pub header_words: u16,
    /// What these words say.
    #[header(nested, len = header_words, scale = 4, max = 4 * 0xFFFF)]
    pub header: THeader,
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
    #[header(rest, max = 4 * 0xFFFF, nested, align = 4)]
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
    #[header(rest, max = 4 * 0xFFFF)]
    pub bytes: Bytes,
}

/// Refuses protocols and transforms that nobody knows, and says whether the message is deflated.
pub(crate) fn is_deflated(view: &THeaderFrameView<'_>) -> Result<bool, CodecError> {
    let refuse = |field, code: u32| {
        let found = code.into();
        Err(CodecError::new(
            HEADER_AT,
            FieldPath::new(field),
            Fault::Code { found },
        ))
    };
    let header = view.header();
    if !matches!(header.protocol_id(), BINARY | COMPACT) {
        return refuse("protocol_id", header.protocol_id());
    }
    let mut transforms = header.transforms().iter();
    match (transforms.next(), transforms.next()) {
        (None, _) => Ok(false),
        (Some(ZLIB), None) => Ok(true),
        (Some(ZLIB), Some(found)) | (Some(found), _) => refuse("transforms", found),
    }
}

/// Tells the host of the properties that are text; others stay in the message.
pub(crate) fn describe(view: &THeaderFrameView<'_>, frame: &[u8], metadata: &mut Metadata) {
    for block in view.header().blocks().iter() {
        let InfoBlockView::KeyValues(block) = block else {
            return;
        };
        for (key, value) in block.pairs().iter() {
            let is_text = is_name(key) && is_text(value);
            let places = offset_in(key, frame).zip(offset_in(value, frame));
            if let Some((key_at, value_at)) = places.filter(|_| is_text) {
                metadata
                    .peer_property(key_at..key_at + key.len(), value_at..value_at + value.len());
            }
        }
    }
}

/// Whether a key can be the name of a property.
fn is_name(key: &[u8]) -> bool {
    let is_clean = !key.is_empty() && !key.iter().any(u8::is_ascii_control);
    is_clean && is_text(key)
}

/// The bytes `before` a message, of which `view` is the view, with the changes of `mutation`; the length of the frame is
/// yet to be set.
pub(crate) fn changed(
    view: &THeaderFrameView<'_>,
    before: &Bytes,
    mutation: &Mutation,
) -> Result<Vec<u8>, CodecError> {
    let refuse = |fault| CodecError::new(0, FieldPath::new("mutation"), fault);
    let (mut pairs, mut rest) = (Vec::new(), None);
    for block in THeaderFrame::from_view(view, Some(before))?.header.blocks {
        match block {
            InfoBlock::KeyValues(block) => pairs.extend(block.pairs),
            InfoBlock::Rest(tag, bytes) => rest = Some((tag, bytes)),
        }
    }
    let mut is_changed = false;
    for (key, change) in mutation.changes() {
        is_changed |= apply(key, change, &mut pairs).map_err(refuse)?;
    }
    if !is_changed {
        return Ok(before.clone().into());
    }
    let blocks_at = offset_in(view.header().blocks().bytes(), before).unwrap_or_default();
    let mut start = Vec::with_capacity(before.len() + ROOM);
    start.extend_from_slice(&before[..blocks_at]);
    if !pairs.is_empty() {
        append(&InfoBlock::KeyValues(KeyValues { pairs }), &mut start)?;
    }
    match rest {
        // Padding is made anew, but for whole words, which some peers add.
        Some((0, Unread { bytes })) if bytes.iter().all(|byte| *byte == 0) => {
            start.resize(start.len() + (1 + bytes.len()) / WORD * WORD, 0);
        }
        Some((tag, bytes)) => append(&InfoBlock::Rest(tag, bytes), &mut start)?,
        None => {}
    }
    let words = (start.len() - HEADER_AT).div_ceil(WORD);
    start.resize(HEADER_AT + words * WORD, 0);
    let key = mutation.changes().last().map_or("", |(key, _)| key).into();
    let why = "all properties together have up to 256 KiB";
    let words = u16::try_from(words).map_err(|_| refuse(Fault::CannotHold { key, why }))?;
    replace(&mut start, WORDS_AT, words.to_be_bytes());
    Ok(start)
}

/// Makes one change, and says whether it makes a difference. A key that is there keeps its spelling and its place; of one
/// that is repeated, the last is what counts.
fn apply(key: &str, change: Change<'_>, pairs: &mut Vec<(Bytes, Bytes)>) -> Result<bool, Fault> {
    let is_it = |(known, _): &(Bytes, Bytes)| known.eq_ignore_ascii_case(key.as_bytes());
    let Change::Set(value) = change else {
        let before = pairs.len();
        pairs.retain(|pair| !is_it(pair));
        return Ok(pairs.len() < before);
    };
    if !is_name(key.as_bytes()) || key.len().max(value.len()) > MAX_TEXT {
        let why =
            "keys are texts without control characters; neither they nor values exceed 64 KiB";
        let key = key.into();
        return Err(Fault::CannotHold { key, why });
    }
    let value = Bytes::copy_from_slice(value.as_bytes());
    let Some((_, old)) = pairs.iter_mut().rfind(|pair| is_it(pair)) else {
        pairs.push((Bytes::copy_from_slice(key.as_bytes()), value));
        return Ok(true);
    };
    let is_changed = *old != value;
    *old = value;
    Ok(is_changed)
}

/// The bytes before the message of a frame without properties; its length is yet to be set.
pub(crate) fn plain(is_compact: bool, sequence_number: u32) -> Result<Vec<u8>, CodecError> {
    let mut frame = THeaderFrame::template();
    frame.sequence_number = sequence_number;
    frame.header.protocol_id = if is_compact { COMPACT } else { BINARY };
    frame.to_frame(b"")
}

/// Replaces what the frame that begins with `start` repeats of the sequence id, if it does.
pub(crate) fn renumber(start: &mut [u8], old: u32, new: u32) {
    if start.get(SEQUENCE_NUMBER_AT..WORDS_AT) == Some(&old.to_be_bytes()) {
        replace(start, SEQUENCE_NUMBER_AT, new.to_be_bytes());
    }
}

/// Replaces bytes of `start`.
pub(crate) fn replace<const N: usize>(start: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(slot) = start.get_mut(at..at + N) {
        slot.copy_from_slice(&bytes);
    }
}
