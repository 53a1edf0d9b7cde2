//! Captured bytes, raw or as hex text.

use std::io::{self, Read};
use std::path::Path;

/// Reads the bytes in `file`; `-` is stdin. A file with nothing but an even number of hex digits, white space, `0x` before
/// digits, and comments from `#` to the end of the line is hex text; any other is raw bytes.
///
/// # Errors
///
/// A file that cannot be read.
pub fn read(file: &Path) -> io::Result<Vec<u8>> {
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        bytes
    } else {
        std::fs::read(file)?
    };
    Ok(parse_hex(&bytes).unwrap_or(bytes))
}

/// The bytes that hex text stands for; `None` where `text` is not hex text and hence raw bytes.
fn parse_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(text).ok()?;
    let words = text.lines().flat_map(|line| {
        line.split('#')
            .next()
            .unwrap_or_default()
            .split_ascii_whitespace()
    });
    let mut digits = Vec::new();
    for word in words {
        let word = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))
            .unwrap_or(word);
        for digit in word.chars() {
            digits.push(u8::try_from(digit.to_digit(16)?).ok()?);
        }
    }
    let pairs = digits.chunks_exact(2);
    if digits.is_empty() || !pairs.remainder().is_empty() {
        return None;
    }
    Some(pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_text_and_raw_bytes_are_told_apart() {
        assert_eq!(
            parse_hex(b"01 00\n0x0a0B # a comment\n"),
            Some(vec![1, 0, 10, 11])
        );
        assert_eq!(parse_hex(b"# nothing but a comment"), None);
        assert_eq!(parse_hex(b"012"), None, "an odd number of digits");
        assert_eq!(parse_hex(b"hello"), None);
        assert_eq!(parse_hex(b"\x01\x00"), None);
        assert_eq!(parse_hex(b""), None);
    }
}
