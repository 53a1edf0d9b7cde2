//! Hex text, told from raw bytes as it comes.

/// A reader of hex text.
#[derive(Default)]
pub(super) struct HexText {
    bytes: Vec<u8>,
    /// The first digit of a pair.
    high: Option<u8>,
    place: Place,
    /// Whether something is no hex text.
    is_none: bool,
}

/// Where in the text it is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Before a word.
    #[default]
    Before,
    /// After a `0` that starts a word.
    Zero,
    /// In a word.
    Within,
    /// In a comment.
    Comment,
}

/// What a text turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stands for these bytes.
    Bytes(Vec<u8>),
    /// It is none, and hence raw bytes.
    NoHexText,
}

impl HexText {
    /// Takes the next bytes of the text; says whether it may still be hex text.
    pub(super) fn feed(&mut self, text: &[u8]) -> bool {
        self.is_none = self.is_none || !text.iter().all(|byte| self.take(*byte));
        !self.is_none
    }

    fn take(&mut self, byte: u8) -> bool {
        self.place = match (self.place, byte) {
            (Place::Comment, b'\n') => Place::Before,
            // A comment is text.
            (Place::Comment, byte) => return byte >= b' ' || byte.is_ascii_whitespace(),
            (_, b'#') => Place::Comment,
            (_, byte) if byte.is_ascii_whitespace() => Place::Before,
            (Place::Zero, b'x' | b'X') => {
                // The zero was no digit.
                self.high = match self.high {
                    Some(_) => None,
                    None => self.bytes.pop().map(|pair| pair >> 4),
                };
                Place::Within
            }
            (place, byte) => {
                let Some(digit) = char::from(byte).to_digit(16) else {
                    return false;
                };
                let digit = u8::try_from(digit).unwrap_or_default();
                match self.high.take() {
                    Some(high) => self.bytes.push(high << 4 | digit),
                    None => self.high = Some(digit),
                }
                if (place, byte) == (Place::Before, b'0') {
                    Place::Zero
                } else {
                    Place::Within
                }
            }
        };
        true
    }

    /// At the end of the text.
    pub(super) fn finish(self) -> Verdict {
        if self.is_none || self.high.is_some() || self.bytes.is_empty() {
            return Verdict::NoHexText;
        }
        Verdict::Bytes(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<Vec<u8>> {
        let mut whole = HexText::default();
        whole.feed(text);
        let mut cut = HexText::default();
        text.chunks(1).all(|byte| cut.feed(byte));
        let (whole, cut) = (whole.finish(), cut.finish());
        assert_eq!(whole, cut, "{text:?}");
        match whole {
            Verdict::Bytes(bytes) => Some(bytes),
            Verdict::NoHexText => None,
        }
    }

    #[test]
    fn hex_text_and_raw_bytes_are_told_apart() {
        assert_eq!(
            read("01 00\n0x0a0B # a comment, größer\n".as_bytes()),
            Some(vec![1, 0, 10, 11])
        );
        assert_eq!(read(b"0 0x1 0X23"), Some(vec![0x01, 0x23]));
        assert_eq!(read(b"# nothing but a comment"), None);
        assert_eq!(read(b"012"), None, "an odd number of digits");
        assert_eq!(read(b"00x1"), None, "the x must follow the first digit");
        assert_eq!(read(b"hello"), None);
        assert_eq!(read(b"\x01\x00"), None);
        assert_eq!(read(b"01 # \x00"), None);
        assert_eq!(read(b""), None);
    }
}
