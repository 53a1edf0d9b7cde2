//! The sans-I/O driver of one direction of one connection.

use std::{hint, mem};

use bytes::{Buf, Bytes, BytesMut};

use crate::frames::too_large;
use crate::{
    Codec, CodecError, DecodeStatus, Direction, Fault, FieldPath, Kinds, MessageType, Metadata,
};

/// Limits that a host sets, beside those that the codec states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message, bytes. Default 16 MiB.
    pub max_frame: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: 16 << 20,
        }
    }
}

/// What [`Session::next_message`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// One message: the metadata describes it and shares its bytes.
    Message {
        /// Bytes of the stream before the message.
        offset: u64,
    },
    /// No whole message is buffered.
    Wait {
        /// Additional bytes without which the next call cannot answer otherwise; at least 1.
        at_least: usize,
    },
}

/// Room that a buffer gets at least when it must grow, bytes.
const ROOM: usize = 1024;

/// Room that a host finds at least when it reads, bytes.
const READ: usize = 4096;

/// Room that is made at most for a peer that fills what there is, bytes.
const MOST_READ: usize = 256 << 10;

/// Fewer bytes than these are copied: that costs less than to share them.
const FEW: usize = 256;

/// So many messages in the buffer are worth that what is behind them is moved.
const MANY: usize = 8;

/// Drives a [`Codec`] over one direction of one connection: no sockets, no clocks.
///
/// It buffers what arrives, calls the codec only when an answer is possible, hands out whole messages that share the
/// bytes that arrived, and holds the codec to its contract: progress, limits, direction. After an error it is poisoned
/// and gives the same error again, for half a message must never be taken for a whole one.
///
/// Work is linear in the bytes, whatever their fragmentation. There are two buffers, taken in turns, so that nothing is
/// allocated as long as the host lets go of messages; each is at most about twice the larger of [`Limits::max_frame`] and
/// what was received at once.
#[derive(Debug)]
pub struct Session<C> {
    codec: C,
    direction: Direction,
    /// What may travel in that direction.
    kinds: Kinds,
    max_frame: usize,
    fixed_header: usize,
    /// Where the next message starts, if it is not empty.
    ready: Ready,
    /// What arrived after that.
    buffer: BytesMut,
    /// What arrived after that and is the host's.
    shared: Bytes,
    /// Empty; its bytes are those of messages that were handed out.
    spare: BytesMut,
    /// The room that was last made for a host that reads.
    room: usize,
    /// Bytes of the next message below which the codec need not be asked.
    ask_at: usize,
    /// Bytes of the next message below which it is not whole.
    wanted: usize,
    /// Bytes of the stream before the next message.
    offset: u64,
    poison: Option<CodecError>,
}

impl<C: Codec> Session<C> {
    /// A session over bytes that travel in `direction`. The smaller of the codec's and the host's limits holds.
    pub fn new(codec: C, direction: Direction, limits: Limits) -> Self {
        let capabilities = codec.capabilities();
        Self {
            codec,
            direction,
            kinds: MessageType::ALL
                .into_iter()
                .filter(|kind| kind.may_travel(direction))
                .fold(Kinds::NONE, Kinds::with),
            max_frame: limits.max_frame.min(capabilities.max_frame),
            fixed_header: capabilities.fixed_header,
            ready: Ready::default(),
            buffer: BytesMut::new(),
            shared: Bytes::new(),
            spare: BytesMut::new(),
            room: READ,
            ask_at: 1,
            wanted: 1,
            offset: 0,
            poison: None,
        }
    }

    /// The codec, for encoding.
    pub fn codec(&self) -> &C {
        &self.codec
    }

    /// The direction in which the bytes travel.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Bytes that arrived and are not part of a message handed out.
    pub fn buffered(&self) -> usize {
        self.ready.len() + self.buffer.len() + self.shared.len()
    }

    /// Bytes of the stream before the next message.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Makes room for so many bytes, of which a host knows that they come, in several calls of [`receive`](Self::receive).
    pub fn reserve(&mut self, more: usize) {
        self.make_room(more);
    }

    /// Takes in a copy of bytes that arrived; ignored once the session is poisoned.
    #[inline]
    pub fn receive(&mut self, bytes: &[u8]) {
        if self.poison.is_none() {
            self.make_room(bytes.len());
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Takes in bytes that arrived; ignored once the session is poisoned.
    ///
    /// Messages that lie in them as a whole share them. Of others, as much is copied as puts them together; and all, where
    /// there are only a few.
    ///
    /// ```
    /// # use bytes::Bytes;
    /// # use metaproto_codec::{CodecError, Direction, Header, HeaderCodec, Limits, Metadata, Session};
    /// # #[derive(Header, Clone, Debug)]
    /// # struct Short {
    /// #     #[header(frame_len, max = 64)]
    /// #     length: u8,
    /// # }
    /// let chunk = Bytes::from([64; 1024].to_vec());
    /// let mut session = Session::new(HeaderCodec::<Short>::new(), Direction::ClientToServer, Limits::default());
    /// let mut metadata = Metadata::default();
    ///
    /// session.receive_shared(chunk.clone());
    /// session.next_message(&mut metadata)?;
    /// assert_eq!(metadata.frame().as_ptr(), chunk.as_ptr());
    /// # Ok::<(), CodecError>(())
    /// ```
    pub fn receive_shared(&mut self, bytes: Bytes) {
        if bytes.len() < FEW {
            return self.receive(&bytes);
        }
        if self.poison.is_some() {
            return;
        }
        if self.buffered() == 0 {
            self.ready = bytes.into();
            return;
        }
        if !self.shared.is_empty() {
            self.make_room(0);
        }
        self.shared = bytes;
    }

    /// The buffer to which a host may append what it reads from a socket, and do nothing else. It has room for some KiB, and
    /// for up to 256 as long as the host fills it.
    pub fn read_buffer(&mut self) -> &mut BytesMut {
        let left = self.buffer.capacity() - self.buffer.len();
        if left < READ {
            self.room = if left == 0 {
                (self.room * 2).min(MOST_READ)
            } else {
                (self.room / 2).max(READ)
            };
            self.make_room(self.room);
        } else {
            self.make_room(READ);
        }
        &mut self.buffer
    }

    /// Lends the buffer to a host that appends to one of its own, which is empty and kept here meanwhile.
    #[cfg(feature = "tokio")]
    pub(crate) fn lend_buffer(&mut self, to: &mut BytesMut) {
        self.make_room(0);
        mem::swap(&mut self.buffer, to);
    }

    /// Takes back what [`lend_buffer`](Self::lend_buffer) lent, with what was appended. Nothing else comes in between.
    #[cfg(feature = "tokio")]
    pub(crate) fn take_buffer_back(&mut self, from: &mut BytesMut) {
        mem::swap(&mut self.buffer, from);
    }

    /// Looks for the next message and describes it in `metadata`, which is left empty if there is none.
    ///
    /// # Errors
    ///
    /// What the codec reports, or the limit or clause of its contract that was broken, with the offset in the
    /// *stream*. The same error is given at every later call.
    // In its caller, most of what it answers need not be put into memory and looked at again.
    #[inline(always)]
    pub fn next_message(&mut self, metadata: &mut Metadata) -> Result<Next, CodecError> {
        loop {
            let input = if self.ready.is_empty() {
                hint::cold_path();
                &self.buffer[..]
            } else {
                self.ready.bytes()
            };
            let have = input.len();
            if have < self.ask_at {
                hint::cold_path();
                // What is kept alive cannot be used again.
                metadata.reset(self.direction);
                let have = self.buffered();
                if have < self.ask_at && self.poison.is_none() {
                    let at_least = self.wanted - have;
                    return Ok(Next::Wait { at_least });
                }
                self.gather()?;
                continue;
            }
            // The next message often lies in the same chunk.
            metadata.turn(self.direction);
            let consumed = match self.codec.decode(input, metadata) {
                Ok(DecodeStatus::Done { consumed }) => consumed,
                Ok(DecodeStatus::WaitForData { at_least }) => {
                    self.wait(have, at_least, metadata)?;
                    continue;
                }
                Ok(DecodeStatus::Skip { consumed }) => {
                    self.skip(have, consumed, metadata)?;
                    continue;
                }
                Err(error) => return Err(self.refuse(error, metadata)),
            };
            if consumed > self.max_frame
                || consumed.wrapping_sub(1) >= have
                || !self.kinds.contains(metadata.kind())
            {
                return Err(self.refuse_message(have, consumed, metadata));
            }
            if self.ready.is_empty() {
                hint::cold_path();
                self.cut(consumed, metadata);
            } else {
                self.ready.take(consumed, metadata);
            }
            let offset = self.offset;
            self.offset += consumed as u64;
            (self.ask_at, self.wanted) = (1, 1);
            return Ok(Next::Message { offset });
        }
    }

    /// States that no more bytes will come.
    ///
    /// # Errors
    ///
    /// The earlier error; what the codec says of the bytes that are left, which so does not depend on how the stream
    /// was cut; or [`Fault::Truncated`] if it ended within a message.
    pub fn finish(&mut self) -> Result<(), CodecError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        if self.buffered() == 0 {
            return Ok(());
        }
        self.make_room(0);
        self.join();
        let error = match self
            .codec
            .decode(&self.buffer, &mut Metadata::new(self.direction))
        {
            Err(error) => error,
            Ok(DecodeStatus::Done { .. } | DecodeStatus::Skip { .. }) => {
                broken("Done or Skip where a message was waited for")
            }
            Ok(DecodeStatus::WaitForData { at_least }) => {
                let fault = Fault::Truncated { missing: at_least };
                CodecError::new(self.buffer.len(), FieldPath::new("message"), fault)
            }
        };
        Err(self.poisoned_by(error))
    }

    fn poisoned_by(&mut self, error: CodecError) -> CodecError {
        let error = error.moved_by(self.offset);
        self.poison = Some(error.clone());
        // No number of bytes is asked about again.
        self.ask_at = usize::MAX;
        error
    }

    /// Notes what the codec waits for, who saw `have` bytes.
    #[inline(never)]
    fn wait(
        &mut self,
        have: usize,
        at_least: usize,
        metadata: &mut Metadata,
    ) -> Result<(), CodecError> {
        self.wanted = match have.checked_add(at_least) {
            Some(wanted) if at_least != 0 && wanted <= self.max_frame => wanted,
            _ => {
                let error = what_is_awaited(have, at_least, self.max_frame);
                return Err(self.refuse(error, metadata));
            }
        };
        self.ask_at = if have < self.fixed_header {
            have + 1
        } else {
            self.wanted
        };
        Ok(())
    }

    /// Drops bytes of which the codec, who saw `have`, said that they are no message.
    #[cold]
    fn skip(
        &mut self,
        have: usize,
        consumed: usize,
        metadata: &mut Metadata,
    ) -> Result<(), CodecError> {
        if consumed == 0 || consumed > have {
            let error = broken("Skip consumes nothing, or more than there is");
            return Err(self.refuse(error, metadata));
        }
        if self.ready.is_empty() {
            self.buffer.advance(consumed);
        } else {
            self.ready.take(consumed, metadata);
            metadata.clear();
        }
        self.offset += consumed as u64;
        (self.ask_at, self.wanted) = (1, 1);
        Ok(())
    }

    /// Refuses a message of which the codec said that it is whole.
    #[cold]
    #[inline(never)]
    fn refuse_message(
        &mut self,
        have: usize,
        consumed: usize,
        metadata: &mut Metadata,
    ) -> CodecError {
        let error = if consumed == 0 {
            broken("Done consumes 0 bytes")
        } else if consumed > have {
            broken("Done consumes more than there is")
        } else if consumed > self.max_frame {
            too_large(consumed, self.max_frame)
        } else {
            let (kind, direction) = (metadata.kind(), self.direction);
            let fault = Fault::Direction { kind, direction };
            CodecError::new(0, FieldPath::new("message"), fault)
        };
        self.refuse(error, metadata)
    }

    /// Poisons the session, and clears what was said of the message.
    #[cold]
    #[inline(never)]
    fn refuse(&mut self, error: CodecError, metadata: &mut Metadata) -> CodecError {
        metadata.clear();
        self.poisoned_by(error)
    }

    /// Cuts a message off the buffer.
    #[inline(never)]
    fn cut(&mut self, length: usize, metadata: &mut Metadata) {
        if self.buffer.len() / MANY >= length {
            // Of bytes that do not change any more, messages are cut at less cost.
            self.ready = self.buffer.split().freeze().into();
            self.ready.take(length, metadata);
            return;
        }
        metadata.attach_frame(self.buffer.split_to(length).freeze());
        if self.buffer.is_empty() {
            self.ready = mem::take(&mut self.shared).into();
        }
    }

    /// Puts together what is there of the next message.
    #[inline(never)]
    fn gather(&mut self) -> Result<(), CodecError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        self.join();
        if self.buffer.is_empty() {
            self.ready = mem::take(&mut self.shared).into();
        } else if self.buffer.len() < self.ask_at {
            let missing = self.wanted - self.buffer.len();
            let length = missing.min(self.shared.len());
            self.buffer
                .extend_from_slice(self.shared.get(..length).unwrap_or_default());
            self.shared.advance(length);
        }
        Ok(())
    }

    /// Puts the rest of `ready` before what is in the buffer.
    fn join(&mut self) {
        if self.ready.is_empty() {
            return;
        }
        if self.buffer.is_empty() {
            // Not on the word of a length: as much as has come of it.
            let missing = self.wanted.saturating_sub(self.ready.len());
            self.settle(missing.min(self.shared.len()));
            return;
        }
        self.turn(self.ready.len() + self.buffer.len());
        self.buffer.extend_from_slice(self.ready.bytes());
        self.buffer.extend_from_slice(&self.spare);
        self.spare.clear();
        self.ready = Ready::default();
    }

    /// Moves the rest of `ready` to the empty buffer, with room for `more` bytes behind it.
    fn settle(&mut self, more: usize) {
        let length = self.ready.len().saturating_add(more);
        if self.buffer.capacity() < length && !self.buffer.try_reclaim(length) {
            self.turn(length);
        }
        self.buffer.extend_from_slice(self.ready.bytes());
        self.ready = Ready::default();
    }

    /// Makes the other buffer the present one, with room for `length` bytes.
    fn turn(&mut self, length: usize) {
        mem::swap(&mut self.buffer, &mut self.spare);
        if !self.buffer.try_reclaim(length) {
            self.buffer.reserve(length.max(ROOM));
        }
    }

    /// Makes the buffer the last of what is there, with room for `more` bytes.
    #[inline]
    fn make_room(&mut self, more: usize) {
        let simple = self.ready.is_empty() && self.shared.is_empty();
        if !simple || self.buffer.capacity() - self.buffer.len() < more {
            self.make_room_slowly(more);
        }
    }

    #[inline(never)]
    fn make_room_slowly(&mut self, more: usize) {
        let more = more.saturating_add(self.shared.len());
        let partial = self.ready.len() < self.ask_at;
        if partial && self.buffer.is_empty() {
            // Nothing is in the way of the rest of a message but itself.
            self.settle(more.max(self.expected(self.ready.len())));
        } else if self.buffer.capacity() - self.buffer.len() < more {
            let come = self.buffer.len();
            self.buffer.reserve(more.max(ROOM).max(self.expected(come)));
        }
        self.buffer.extend_from_slice(&self.shared);
        self.shared = Bytes::new();
    }

    /// What is to come of a message of which `come` bytes are there, so that it is moved once or twice in all. Not on the word
    /// of a length alone: at most four times as much as has come.
    fn expected(&self, come: usize) -> usize {
        self.wanted.saturating_sub(come).min(4 * come)
    }
}

/// A chunk from which messages are taken. It is let go with the last.
#[derive(Debug, Default)]
struct Ready {
    chunk: Bytes,
    /// Where the next message starts; before the end of the chunk, unless that is empty.
    at: usize,
}

impl From<Bytes> for Ready {
    fn from(chunk: Bytes) -> Self {
        Self { chunk, at: 0 }
    }
}

impl Ready {
    #[inline]
    fn is_empty(&self) -> bool {
        self.chunk.is_empty()
    }

    #[inline]
    fn len(&self) -> usize {
        self.chunk.len() - self.at
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        self.chunk.get(self.at..).unwrap_or_default()
    }

    /// Takes a message of `length` bytes, which are there.
    ///
    /// All of a chunk share the one handle that the metadata keeps, so that this counts no references.
    #[inline]
    fn take(&mut self, length: usize, metadata: &mut Metadata) {
        let end = self.at + length;
        metadata.attach_part(&self.chunk, self.at..end);
        self.at = end;
        if end == self.chunk.len() {
            *self = Self::default();
        }
    }
}

/// What is wrong with the codec's wish for `at_least` bytes more than the `have` that it saw.
#[cold]
fn what_is_awaited(have: usize, at_least: usize, max_frame: usize) -> CodecError {
    match have.checked_add(at_least) {
        _ if at_least == 0 => broken("WaitForData asks for 0 bytes"),
        None => broken("WaitForData asks for too much"),
        Some(found) => too_large(found, max_frame),
    }
}

#[cold]
fn broken(rule: &'static str) -> CodecError {
    CodecError::new(0, FieldPath::new("message"), Fault::Contract { rule })
}
