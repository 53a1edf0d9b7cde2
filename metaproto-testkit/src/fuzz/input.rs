//! What the bytes of an input mean.

use bytes::Bytes;
use metaproto_codec::{Direction, ErrorType, RequestId};

/// One input of a fuzzer: a stream, and everything else that a rule may want beside it.
///
/// # Layout
///
/// ```text
/// stream   what the codec is shown: any bytes, a plain message for instance
/// items    how it is shown, and what is done with it: one after another, each a tag and what belongs to it
/// length   of the items, bytes: u32, little-endian
/// magic    F5 'm' 'p' 'f'
/// ```
///
/// All but the stream is optional: without the magic at the end, or with a length that cannot be, all is stream. So a
/// recorded message is an input as it is. Integers are little-endian; a tag counts modulo 8, and what is cut off at the
/// end of the items is zero or empty:
///
/// | Tag | Item | Means |
/// |---|---|---|
/// | 0 | | the stream travels from server to client; default: from client to server |
/// | 1 | `u16` | so many bytes at its start came earlier, and are messages of their own |
/// | 2 | `u16` | the next chunk has so many bytes |
/// | 3 | key, `u16` length, value | the property is set |
/// | 4 | key | the property is removed |
/// | 5 | `u64` | the request id is replaced by this number |
/// | 6 | `u8` length, bytes | the request id is replaced by these bytes |
/// | 7 | `u8` error, `u16` length, text | the error that is reported to the peer, modulo their number |
///
/// A key is a `u8` below 128 and a name of so many bytes; or a `u8` of 128 and more, which counts, modulo their number,
/// the names that the codec says can be set, and those that are seen in the message. What is not UTF-8 is replaced.
///
/// Any bytes are an input, and an input that was read is the same after it was written and read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Where the stream travels.
    pub direction: Direction,
    /// What the codec is shown.
    pub stream: Vec<u8>,
    /// So many bytes of the stream came before, on the same connection or another.
    pub before: u16,
    /// Sizes of the chunks in which the rest of the stream arrives, bytes; what is left is one more. At most 64.
    pub chunks: Vec<u16>,
    /// The request id to write.
    pub id: Option<RequestId>,
    /// Properties to set, or to remove where there is no value. At most 16.
    pub changes: Vec<(Key, Option<String>)>,
    /// The error that is reported to the peer.
    pub reply: Option<(ErrorType, String)>,
}

/// Which property is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// One of those that the codec or the message has, by number below 128.
    Known(u8),
    /// One of this name, at most 127 bytes.
    Named(String),
}

const MAGIC: [u8; 4] = *b"\xF5mpf";
const MOST_CHUNKS: usize = 64;
const MOST_CHANGES: usize = 16;
const MOST_NAME: usize = 127;

impl Input {
    /// An input of nothing but a stream.
    #[must_use]
    pub fn new(direction: Direction, stream: impl Into<Vec<u8>>) -> Self {
        Self {
            direction,
            stream: stream.into(),
            before: 0,
            chunks: Vec::new(),
            id: None,
            changes: Vec::new(),
            reply: None,
        }
    }

    /// The input that `bytes` are. Never fails.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let Some((stream, items)) = split(bytes) else {
            return Self::new(Direction::ClientToServer, bytes);
        };
        let mut input = Self::new(Direction::ClientToServer, stream);
        let mut items = Items(items);
        while let Some(tag) = items.next() {
            match tag % 8 {
                0 => input.direction = Direction::ServerToClient,
                1 => input.before = items.u16(),
                2 => {
                    let size = items.u16();
                    if input.chunks.len() < MOST_CHUNKS {
                        input.chunks.push(size);
                    }
                }
                tag @ (3 | 4) => {
                    let key = items.key();
                    let value = (tag == 3).then(|| items.text());
                    if input.changes.len() < MOST_CHANGES {
                        input.changes.push((key, value));
                    }
                }
                5 => input.id = Some(RequestId::Number(u64::from_le_bytes(items.array()))),
                6 => {
                    let length = usize::from(items.u8());
                    let id = Bytes::copy_from_slice(items.take(length));
                    input.id = Some(RequestId::Bytes(id));
                }
                _ => {
                    let error = usize::from(items.u8()) % ErrorType::ALL.len();
                    let text = items.text();
                    let error = ErrorType::ALL.get(error).copied();
                    input.reply = Some((error.unwrap_or(ErrorType::Unspecified), text));
                }
            }
        }
        input
    }

    /// The bytes of the input: its stream alone, where it is nothing else. What is above a stated maximum is cut off.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let items = self.items();
        let mut bytes = self.stream.clone();
        if items.is_empty() && split(&bytes).is_none() {
            return bytes;
        }
        bytes.extend(&items);
        bytes.extend(u32::try_from(items.len()).unwrap_or(0).to_le_bytes());
        bytes.extend(MAGIC);
        bytes
    }

    fn items(&self) -> Vec<u8> {
        let mut items = Vec::new();
        if self.direction == Direction::ServerToClient {
            items.push(0);
        }
        if self.before > 0 {
            items.push(1);
            items.extend(self.before.to_le_bytes());
        }
        for size in self.chunks.iter().take(MOST_CHUNKS) {
            items.push(2);
            items.extend(size.to_le_bytes());
        }
        for (key, value) in self.changes.iter().take(MOST_CHANGES) {
            items.push(if value.is_some() { 3 } else { 4 });
            match key {
                Key::Known(number) => items.push(number | 0x80),
                Key::Named(name) => {
                    let name = cut(name, MOST_NAME);
                    items.push(u8::try_from(name.len()).unwrap_or(0));
                    items.extend(name.as_bytes());
                }
            }
            if let Some(value) = value {
                put_text(&mut items, value);
            }
        }
        match &self.id {
            Some(RequestId::Number(number)) => {
                items.push(5);
                items.extend(number.to_le_bytes());
            }
            Some(RequestId::Bytes(bytes)) => {
                let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
                items.extend([6, length]);
                items.extend(bytes.iter().take(usize::from(length)));
            }
            None => {}
        }
        if let Some((error, text)) = &self.reply {
            let number = ErrorType::ALL.iter().position(|known| known == error);
            items.extend([7, u8::try_from(number.unwrap_or(0)).unwrap_or(0)]);
            put_text(&mut items, text);
        }
        items
    }
}

/// The stream and the items, if there are any.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_suffix(&MAGIC)?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    rest.split_at_checked(rest.len().checked_sub(length)?)
}

fn put_text(items: &mut Vec<u8>, text: &str) {
    let text = cut(text, usize::from(u16::MAX));
    items.extend(u16::try_from(text.len()).unwrap_or(0).to_le_bytes());
    items.extend(text.as_bytes());
}

/// As much of a text as has room in `most` bytes.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// Items that have not been read yet.
struct Items<'b>(&'b [u8]);

impl<'b> Items<'b> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, length: usize) -> &'b [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        for (slot, byte) in array.iter_mut().zip(self.take(N)) {
            *slot = *byte;
        }
        array
    }

    fn u8(&mut self) -> u8 {
        self.next().unwrap_or(0)
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    fn key(&mut self) -> Key {
        match self.u8() {
            number @ 0x80.. => Key::Known(number & 0x7F),
            length => {
                let name = String::from_utf8_lossy(self.take(length.into()));
                Key::Named(cut(&name, MOST_NAME).to_owned())
            }
        }
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.u16());
        let text = String::from_utf8_lossy(self.take(length));
        cut(&text, usize::from(u16::MAX)).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_message_is_an_input() {
        let input = Input::parse(b"hello");
        assert_eq!(input, Input::new(Direction::ClientToServer, *b"hello"));
        assert_eq!(input.to_bytes(), b"hello");
    }

    #[test]
    fn the_layout_is_as_it_says() {
        let mut input = Input::new(Direction::ServerToClient, *b"hi");
        input.before = 0x0102;
        input.chunks = vec![1];
        input.changes = vec![
            (Key::Known(2), Some("v".into())),
            (Key::Named("k".into()), None),
        ];
        input.id = Some(RequestId::Number(7));
        input.reply = Some((ErrorType::ClusterNotFound, "t".into()));
        let items =
            b"\0\x01\x02\x01\x02\x01\0\x03\x82\x01\0v\x04\x01k\x05\x07\0\0\0\0\0\0\0\x07\x01\x01\0t";
        let length = u8::try_from(items.len()).unwrap();
        let expected = [b"hi", &items[..], &[length, 0, 0, 0], b"\xF5mpf"].concat();
        assert_eq!(input.to_bytes(), expected);
        assert_eq!(Input::parse(&expected), input);
    }

    #[test]
    fn any_bytes_are_an_input_that_can_be_written() {
        let mut dice = fastrand::Rng::with_seed(1);
        for round in 0..20_000 {
            let length = dice.usize(..80);
            let mut bytes: Vec<u8> = (0..length).map(|_| dice.u8(..)).collect();
            if round % 4 > 0 {
                let items = u32::try_from(dice.usize(..=length)).unwrap();
                bytes.extend(items.to_le_bytes());
                bytes.extend(MAGIC);
            }
            let input = Input::parse(&bytes);
            assert_eq!(Input::parse(&input.to_bytes()), input, "{bytes:02x?}");
        }
    }

    /// What is not UTF-8 grows when it is replaced, and must not grow above what can be written.
    #[test]
    fn replaced_text_has_room() {
        let mut bytes = vec![0xFF; 70_000];
        bytes.splice(0..5, [3, 127]);
        let length = bytes.len();
        bytes.extend(u32::try_from(length).unwrap().to_le_bytes());
        bytes.extend(MAGIC);
        let input = Input::parse(&bytes);
        assert_eq!(input.changes.len(), 1);
        assert_eq!(Input::parse(&input.to_bytes()), input);
    }

    /// A stream that ends like an input is not mistaken for one.
    #[test]
    fn a_stream_that_looks_like_an_input_stays_a_stream() {
        let inner = [&b"x"[..], &[1, 0, 0, 0], &MAGIC].concat();
        let input = Input::new(Direction::ClientToServer, inner);
        assert_eq!(Input::parse(&input.to_bytes()), input);
    }
}
