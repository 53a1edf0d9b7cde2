//! One message: what it holds, its reading and its writing.

use std::ops::Range;

use bytes::Bytes;
use metaproto_codec::wire::{Cursor, Order, Payload, Prefix, Sizes, Stop, Writer};
use metaproto_codec::{Fault, MessageType, Output};

use super::super::bug::{Bug, Bugs};
use super::groups;

pub(super) const MIN_FRAME: usize = 14;
pub(super) const MAX_USER: usize = 200;
const MAX_BODY: usize = 2048;
/// The longest length, kind, id, user, body, padding and checksum.
pub(super) const MAX_FRAME: usize = 1 + 2 + 5 + (1 + MAX_USER) + (2 + MAX_BODY) + 3 + CHECKSUM;
const CHECKSUM: usize = 4;
const MAGIC: u8 = 0x4B;

const USER: Prefix = Prefix::new(1, Order::Big, MAX_USER);
const BODY: Prefix = Prefix::new(2, Order::Big, MAX_BODY);

const KINDS: [(u8, MessageType); 7] = [
    (1, MessageType::Request),
    (2, MessageType::Response),
    (3, MessageType::Error),
    (4, MessageType::Ping),
    (5, MessageType::Pong),
    (6, MessageType::OneWay),
    (8, MessageType::StreamData),
];

/// What a message holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) kind: MessageType,
    pub(super) id: u32,
    pub(super) user: String,
    pub(super) user_at: Range<usize>,
    pub(super) body_at: Range<usize>,
    pub(super) groups: u32,
    /// Padding and checksum, of a message that came.
    pub(super) trailer: Option<(usize, u32)>,
}

impl Content {
    /// Reads the message at the start of `input`, on which `cursor` stands.
    pub(super) fn read(cursor: &mut Cursor<'_>, input: &[u8], bugs: Bugs) -> Result<Self, Stop> {
        cursor.field("magic");
        cursor.constant(&[MAGIC])?;
        read_length(cursor, bugs)?;
        let start = cursor.position();
        cursor.field("kind");
        let kind = read_kind(cursor, bugs)?;
        cursor.field("id");
        let id = order_of_id(bugs).load(cursor.take(4)?) as u32;
        cursor.field("user");
        let user = cursor.prefixed(USER)?;
        let user_at = last(cursor, user.len());
        let user = cursor.text_of(user)?.to_owned();
        cursor.field("body");
        let body = cursor.prefixed(BODY)?;
        let body_at = last(cursor, body.len());
        let groups = groups::count(body, bugs).map_err(|broken| cursor.fault(broken))?;
        cursor.field("padding");
        let padding = cursor.take(padding_of(cursor.position() - start))?;
        if padding.iter().any(|byte| *byte != 0) && !bugs.has(Bug::PaddingNotChecked) {
            let rule = "padding is not zero";
            return Err(cursor.fault(Fault::Protocol { rule }));
        }
        cursor.field("checksum");
        let covered = input.get(..cursor.position()).unwrap_or_default();
        let checksum = u32::from_be_bytes(cursor.take_array()?);
        let frame = cursor.finish()?.frame();
        if frame != cursor.position() {
            let left = frame - cursor.position();
            return Err(cursor.fault(Fault::Excess { left }));
        }
        if checksum != crc32fast::hash(covered) && !bugs.has(Bug::CrcNotChecked) {
            let rule = "the checksum does not match";
            return Err(cursor.fault(Fault::Protocol { rule }));
        }
        Ok(Self {
            kind,
            id,
            user,
            user_at,
            body_at,
            groups,
            trailer: Some((padding.len(), checksum)),
        })
    }

    /// Appends the message with this body, which is shared.
    pub(super) fn write(&self, body: Bytes, bugs: Bugs, output: &mut Output) {
        let inner = 1 + 4 + 1 + self.user.len() + 2 + body.len();
        let padding = match (bugs.0, self.trailer) {
            (Some(Bug::PaddingStale), Some((padding, _))) => padding,
            _ => padding_of(inner),
        };
        let length = inner + padding + CHECKSUM;
        let mut head = vec![MAGIC];
        match (bugs.0, self.trailer) {
            (Some(Bug::VarintWidthOne), Some(_)) => head.push(length as u8),
            _ => Writer::new(&mut head, Payload::default(), Sizes::default()).varint(length as u64),
        }
        head.push(code_of(self.kind, bugs));
        let mut id = [0; 4];
        order_of_id(bugs).store(self.id.into(), &mut id);
        head.extend(id);
        head.push(self.user.len() as u8);
        head.extend(self.user.as_bytes());
        head.extend((body.len() as u16).to_be_bytes());
        let padding = &[0; 3][..padding];
        let mut crc = crc32fast::Hasher::new();
        for part in [&head, &*body, padding] {
            crc.update(part);
        }
        let checksum = match (bugs.0, self.trailer) {
            (Some(Bug::CrcStale), Some((_, checksum))) => checksum,
            _ => crc.finalize(),
        };
        output.push(&head);
        output.push_shared(body);
        output.push(padding);
        output.push(&checksum.to_be_bytes());
    }
}

/// Where the last `count` bytes lie that were read.
fn last(cursor: &Cursor<'_>, count: usize) -> Range<usize> {
    cursor.position() - count..cursor.position()
}

fn read_length(cursor: &mut Cursor<'_>, bugs: Bugs) -> Result<(), Stop> {
    cursor.field("length");
    let start = cursor.position();
    let length = cursor.varint()?;
    let width = cursor.position() - start;
    let shortest = Writer::measure(|writer| {
        writer.varint(length);
        Ok(())
    })?;
    if width != shortest && !bugs.has(Bug::OverlongVarint) {
        let rule = "the length is written in more bytes than it needs";
        return Err(cursor.fault(Fault::Protocol { rule }));
    }
    let before = cursor.position() as i128;
    cursor.frame_len(length.into(), before, MAX_FRAME)
}

fn read_kind(cursor: &mut Cursor<'_>, bugs: Bugs) -> Result<MessageType, Stop> {
    let [code] = cursor.take_array()?;
    let found = KINDS.iter().find(|(known, _)| *known == code);
    let Some((_, kind)) = found else {
        let found = code.into();
        return Err(cursor.fault(Fault::Code { found }));
    };
    Ok(exchange(*kind, bugs))
}

fn code_of(kind: MessageType, bugs: Bugs) -> u8 {
    let kind = exchange(kind, bugs);
    let found = KINDS.iter().find(|(_, known)| *known == kind);
    found.map_or(1, |(code, _)| *code)
}

fn exchange(kind: MessageType, bugs: Bugs) -> MessageType {
    match kind {
        MessageType::Response if bugs.has(Bug::CodesExchanged) => MessageType::Error,
        MessageType::Error if bugs.has(Bug::CodesExchanged) => MessageType::Response,
        kind => kind,
    }
}

fn order_of_id(bugs: Bugs) -> Order {
    if bugs.has(Bug::IdLittleEndian) {
        Order::Little
    } else {
        Order::Big
    }
}

/// Bytes that make `length` a multiple of 4.
fn padding_of(length: usize) -> usize {
    length.next_multiple_of(4) - length
}
