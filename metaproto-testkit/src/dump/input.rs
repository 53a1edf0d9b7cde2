//! Where the bytes come from: hex text, raw bytes, a capture.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::hex::{HexText, Verdict};
use crate::vector::import::{Capture, MAX_CAPTURE};

/// The longest hex text that is read, bytes of text.
pub const MAX_HEX_TEXT: usize = 64 << 20;

/// Bytes that are read at once.
const PIECE: usize = 64 << 10;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Hex digits, white space, `0x` before digits, and comments from `#` to the end of the line.
    Hex,
    /// The bytes of one direction of one connection.
    Raw,
    /// A packet capture, pcap or pcapng.
    Capture,
}

/// Bytes to be dumped.
pub enum Input {
    /// One direction of one connection, and its length, if it is known.
    Stream(Box<dyn Read>, Option<u64>),
    /// A packet capture.
    Capture(Vec<u8>),
}

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// They cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A capture is longer than [`MAX_CAPTURE`].
    #[error("the capture is longer than the limit of {MAX_CAPTURE} bytes; filter it by port")]
    LongCapture,
    /// A hex text is longer than [`MAX_HEX_TEXT`].
    #[error(
        "the hex text is longer than the limit of {MAX_HEX_TEXT} bytes; `xxd -r -p` makes raw bytes of it"
    )]
    LongHexText,
    /// What is said to be hex text is none.
    #[error("this is no hex text with an even number of digits")]
    NoHexText,
}

impl Input {
    /// Opens `file`; `-` is stdin. Without a `format`, a capture is known by its magic number, and a file with nothing but an
    /// even number of hex digits, white space, `0x` before digits, and comments is hex text; any other is raw bytes.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is too long to be held.
    pub fn open(file: &Path, format: Option<Format>) -> Result<Self, InputError> {
        if file.as_os_str() == "-" {
            return Self::read(Box::new(io::stdin()), None, format);
        }
        let file = File::open(file)?;
        let metadata = file.metadata()?;
        let length = metadata.is_file().then_some(metadata.len());
        Self::read(Box::new(file), length, format)
    }

    /// As [`open`](Self::open), of what `source` gives, `length` bytes of which will come if that is known.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn read(
        mut source: Box<dyn Read>,
        length: Option<u64>,
        format: Option<Format>,
    ) -> Result<Self, InputError> {
        let mut held = Vec::new();
        if format != Some(Format::Raw) {
            source.by_ref().take(4).read_to_end(&mut held)?;
        }
        let is_capture = format.is_none() && Capture::is_magic(&held);
        if is_capture || format == Some(Format::Capture) {
            let most = MAX_CAPTURE as u64 + 1;
            source.take(most).read_to_end(&mut held)?;
            if held.len() > MAX_CAPTURE {
                return Err(InputError::LongCapture);
            }
            return Ok(Self::Capture(held));
        }
        if format == Some(Format::Raw) {
            return Ok(Self::Stream(source, length));
        }
        let mut text = HexText::default();
        let mut fresh = 0;
        loop {
            let is_hex = text.feed(held.get(fresh..).unwrap_or_default());
            fresh = held.len();
            if !is_hex && format.is_none() {
                return Ok(Self::Stream(
                    Box::new(Cursor::new(held).chain(source)),
                    length,
                ));
            }
            if !is_hex {
                return Err(InputError::NoHexText);
            }
            if held.len() > MAX_HEX_TEXT {
                return Err(InputError::LongHexText);
            }
            if source.by_ref().take(PIECE as u64).read_to_end(&mut held)? == 0 {
                break;
            }
        }
        let bytes = match text.finish() {
            Verdict::Bytes(bytes) => bytes,
            Verdict::NoHexText if format.is_some() => return Err(InputError::NoHexText),
            Verdict::NoHexText => held,
        };
        let length = Some(bytes.len() as u64);
        Ok(Self::Stream(Box::new(Cursor::new(bytes)), length))
    }

    /// How many bytes there are, if that is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Stream(_, length) => *length,
            Self::Capture(bytes) => Some(bytes.len() as u64),
        }
    }
}

/// Reads the next bytes; none at the end.
pub(super) fn piece(source: &mut dyn Read, most: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    let most = if most == 0 { PIECE } else { most };
    source.take(most as u64).read_to_end(bytes)?;
    Ok(())
}
