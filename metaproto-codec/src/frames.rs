//! Messages in the caller's bytes, without a session.

use std::fmt;
use std::marker::PhantomData;

use crate::wire::Sizes;
use crate::{CodecError, Fault, FieldPath, Limits, OwnedHeader, Parsed, Read, start};

/// Finds the messages of header `H` in a stream that arrives in chunks: no sockets, no metadata, and no copy of what lies
/// in one chunk.
///
/// Only a message that straddles chunks is put together in a buffer. What is refused, where and when, is as with a
/// [`Session`](crate::Session); but which kinds of message may travel in which direction is left to the caller. After an
/// error the framer is poisoned and gives the same error again.
///
/// Work is linear in the bytes, whatever their fragmentation; in steady state nothing is allocated. The buffer is at most
/// about twice as large as the largest message.
///
/// ```
/// use metaproto_codec::{CodecError, Frames, Header, Limits};
///
/// #[derive(Header, Clone, Debug)]
/// #[header(big_endian)]
/// struct Note {
///     #[header(frame_len, max = 64)]
///     length: u16,
///     topic: u8,
/// }
///
/// let mut frames = Frames::<Note>::new(Limits::default());
/// let mut notes = Vec::new();
/// for chunk in [&b"\x00\x05\x07hi\x00\x06"[..], b"\x09yo", b"u"] {
///     frames.push(chunk, |frame| notes.push((frame.view.topic(), frame.body().to_vec())))?;
/// }
/// frames.finish()?;
/// assert_eq!(notes, [(7, b"hi".to_vec()), (9, b"you".to_vec())]);
/// # Ok::<(), CodecError>(())
/// ```
pub struct Frames<H> {
    max_frame: usize,
    /// What is there of a message that straddles chunks.
    gathered: Vec<u8>,
    /// Bytes that are missing before the gathered ones are looked at again; 0 while there are none.
    missing: usize,
    /// Bytes of the stream before the next message.
    offset: u64,
    poison: Option<CodecError>,
    header: PhantomData<fn() -> H>,
}

/// One message, where it lies: in the caller's chunk, or in the framer's buffer.
#[derive(Clone, Debug)]
pub struct Frame<'a, H: Read<'a>> {
    /// The checked header.
    pub view: H::View,
    /// The sizes of the message's parts.
    pub sizes: Sizes,
    /// The whole message.
    pub bytes: &'a [u8],
}

impl<'a, H: Read<'a>> Frame<'a, H> {
    /// The body, without trailers.
    #[inline]
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        let behind = self.bytes.get(self.sizes.header..).unwrap_or_default();
        behind.get(..self.sizes.body).unwrap_or_default()
    }
}

impl<H: OwnedHeader> Frames<H> {
    /// A framer at the start of a stream. The smaller of the header's and the host's limits holds.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            max_frame: limits.max_frame.min(H::MAX_FRAME),
            gathered: Vec::new(),
            missing: 0,
            offset: 0,
            poison: None,
            header: PhantomData,
        }
    }

    /// Bytes that wait for the rest of their message.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.gathered.len()
    }

    /// Bytes of the stream before the next message.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes in bytes that arrived, and hands on every message that they complete.
    ///
    /// # Errors
    ///
    /// The rule or limit that was broken, with the offset in the *stream*; the messages before were handed on. The same
    /// error is given at every later call.
    #[inline]
    pub fn push(
        &mut self,
        chunk: &[u8],
        mut each: impl for<'a> FnMut(Frame<'a, H>),
    ) -> Result<(), CodecError> {
        if chunk.len() < self.missing {
            match chunk {
                [byte] => self.gathered.push(*byte),
                _ => self.gathered.extend_from_slice(chunk),
            }
            self.missing -= chunk.len();
            return Ok(());
        }
        self.advance(chunk, &mut each)
    }

    /// States that no more bytes will come.
    ///
    /// # Errors
    ///
    /// The earlier error; what is wrong with the bytes that are left; or [`Fault::Truncated`] if the stream ended within a
    /// message.
    pub fn finish(&mut self) -> Result<(), CodecError> {
        if self.poison.is_none()
            && !self.gathered.is_empty()
            && let Err(error) = H::view(&self.gathered).map(drop)
        {
            self.poisoned_by(error);
        }
        self.poison.clone().map_or(Ok(()), Err)
    }

    #[inline(never)]
    fn advance(
        &mut self,
        mut chunk: &[u8],
        each: &mut impl for<'a> FnMut(Frame<'a, H>),
    ) -> Result<(), CodecError> {
        while self.missing > 0 {
            let Some((piece, rest)) = chunk.split_at_checked(self.missing) else {
                return self.wait(chunk, self.missing - chunk.len());
            };
            self.gathered.extend_from_slice(piece);
            chunk = rest;
            self.look(each)?;
        }
        let all = chunk.len();
        while let Some(frame) = quick(chunk, self.max_frame) {
            chunk = chunk.get(frame.bytes.len()..).unwrap_or_default();
            each(frame);
        }
        self.offset += (all - chunk.len()) as u64;
        match early::<H>(chunk, self.max_frame) {
            Some(missing) if !chunk.is_empty() => self.wait(chunk, missing),
            _ => self.rest(chunk, each),
        }
    }

    /// Keeps a piece of a message of which so many bytes are missing then.
    #[inline]
    fn wait(&mut self, piece: &[u8], missing: usize) -> Result<(), CodecError> {
        self.gathered.extend_from_slice(piece);
        self.missing = missing;
        Ok(())
    }

    /// Looks at what was gathered, and hands it on if it is a whole message.
    #[inline]
    fn look(&mut self, each: &mut impl for<'a> FnMut(Frame<'a, H>)) -> Result<(), CodecError> {
        if let Some(frame) = quick(&self.gathered, self.max_frame) {
            each(frame);
        } else if let Some(missing) = early::<H>(&self.gathered, self.max_frame) {
            self.missing = missing;
            return Ok(());
        } else {
            let found = find::<H>(&self.gathered, self.max_frame).map(|found| match found {
                Found::Missing(missing) => missing,
                Found::Frame(frame) => {
                    each(frame);
                    0
                }
            });
            self.missing = found.map_err(|error| self.poisoned_by(error))?;
            if self.missing > 0 {
                return Ok(());
            }
        }
        self.offset += self.gathered.len() as u64;
        self.gathered.clear();
        self.missing = 0;
        Ok(())
    }

    /// Hands on the messages that are not found quickly, and keeps what is left.
    fn rest(
        &mut self,
        mut chunk: &[u8],
        each: &mut impl for<'a> FnMut(Frame<'a, H>),
    ) -> Result<(), CodecError> {
        if let Some(error) = &self.poison {
            return Err(error.clone());
        }
        while !chunk.is_empty() {
            match find::<H>(chunk, self.max_frame) {
                Ok(Found::Frame(frame)) => {
                    let length = frame.bytes.len();
                    each(frame);
                    self.offset += length as u64;
                    chunk = chunk.get(length..).unwrap_or_default();
                }
                Ok(Found::Missing(missing)) => {
                    return self.wait(chunk, missing);
                }
                Err(error) => return Err(self.poisoned_by(error)),
            }
        }
        Ok(())
    }

    #[cold]
    fn poisoned_by(&mut self, error: CodecError) -> CodecError {
        let error = error.moved_by(self.offset);
        self.poison = Some(error.clone());
        // With these, all ways lead to where the poison is looked for.
        (self.missing, self.max_frame) = (0, 0);
        error
    }
}

/// What bytes start with.
enum Found<'a, H: Read<'a>> {
    Frame(Frame<'a, H>),
    /// So many bytes must come before they need be looked at again.
    Missing(usize),
}

/// The message at the start, if that is seen at a glance.
#[inline]
fn quick<'a, H: OwnedHeader>(bytes: &'a [u8], max_frame: usize) -> Option<Frame<'a, H>> {
    let (view, sizes) = H::quick(bytes)?;
    let bytes = bytes.get(..sizes.frame())?;
    (bytes.len() <= max_frame).then_some(Frame { view, sizes, bytes })
}

/// Bytes that must come before these need be looked at again, if that is seen at a glance.
#[inline]
fn early<H: OwnedHeader>(bytes: &[u8], max_frame: usize) -> Option<usize> {
    let have = bytes.len();
    let least = start::least::<H>();
    let missing = if have < least {
        least - have
    } else {
        start::missing::<H>(bytes)?
    };
    (have.saturating_add(missing) <= max_frame).then_some(missing)
}

#[inline(never)]
fn find<'a, H: OwnedHeader>(bytes: &'a [u8], max_frame: usize) -> Result<Found<'a, H>, CodecError> {
    let have = bytes.len();
    match H::parse(bytes)? {
        Parsed::Done { view, sizes } => {
            let bytes = bytes.get(..sizes.frame()).unwrap_or_default();
            check_frame(bytes.len(), max_frame)?;
            Ok(Found::Frame(Frame { view, sizes, bytes }))
        }
        Parsed::Wait { at_least } => {
            check_frame(have.saturating_add(at_least), max_frame)?;
            // Each byte of the fixed part may be one that is refused.
            let inside = have < H::MIN_LEN;
            Ok(Found::Missing(if inside { 1 } else { at_least }))
        }
    }
}

/// Refuses messages of so many bytes, if the host does not want them.
fn check_frame(length: usize, max: usize) -> Result<(), CodecError> {
    if length <= max {
        return Ok(());
    }
    Err(too_large(length, max))
}

/// A message of so many bytes is refused.
#[cold]
pub(crate) fn too_large(length: usize, max: usize) -> CodecError {
    let fault = Fault::AboveMaximum {
        found: length as u128,
        max,
    };
    CodecError::new(0, FieldPath::new("message"), fault)
}

impl<H> fmt::Debug for Frames<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("buffered", &self.gathered.len())
            .field("offset", &self.offset)
            .field("poison", &self.poison)
            .finish_non_exhaustive()
    }
}
