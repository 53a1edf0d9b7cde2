//! Bytes and texts changed without knowing what they mean.

use fastrand::Rng;

/// Bytes that are at an end of something.
const TELLING: [u8; 10] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, b'0', b'\n', b'=', b' '];

/// Texts that are odd to somebody.
const WORDS: [&str; 14] = [
    "",
    "0",
    "1",
    "-1",
    "100",
    "4294967296",
    "0.5",
    "true",
    "blue",
    "a\0b",
    "line\r\nbreak",
    "=;&,:\"'",
    "\u{e9}",
    "\u{1f600}",
];

/// Changes some bytes, or how many there are; at most `most` are left.
pub(super) fn change(bytes: &mut Vec<u8>, most: usize, dice: &mut Rng) {
    let at = dice.usize(..=bytes.len());
    let run = dice.usize(1..=8);
    match dice.u8(..9) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << dice.u8(..8),
        2 if at < bytes.len() => bytes[at] = TELLING[dice.usize(..TELLING.len())],
        3 if at < bytes.len() => bytes[at] = dice.u8(..),
        4 => drop(bytes.drain(at..(at + run).min(bytes.len()))),
        5 => bytes.truncate(at),
        6 => {
            let doubled = bytes[at..(at + run).min(bytes.len())].to_vec();
            bytes.splice(at..at, doubled);
        }
        7 => {
            let word = WORDS[dice.usize(..WORDS.len())];
            bytes.splice(at..at, word.bytes());
        }
        _ => {
            let noise: Vec<u8> = (0..run).map(|_| dice.u8(..)).collect();
            bytes.splice(at..at, noise);
        }
    }
    bytes.truncate(most);
}

/// A text made of another one, at most `most` bytes long.
pub(super) fn text(old: &str, most: usize, dice: &mut Rng) -> String {
    let mut text = match dice.u8(..6) {
        0 | 1 => WORDS[dice.usize(..WORDS.len())].to_owned(),
        2 => {
            let length = length(most, dice);
            let letter = dice.char(' '..='~');
            std::iter::repeat_n(letter, length).collect()
        }
        3 => {
            let length = dice.usize(..12);
            std::iter::repeat_with(|| dice.char('\0'..='\u{ff}'))
                .take(length)
                .collect()
        }
        _ => {
            let mut bytes = old.as_bytes().to_vec();
            change(&mut bytes, most, dice);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    text.truncate(text.floor_char_boundary(most));
    text
}

/// A length up to `most`: mostly short, often next to a power of two or to the maximum.
fn length(most: usize, dice: &mut Rng) -> usize {
    let length = match dice.u8(..4) {
        0 => most,
        1 => most.saturating_sub(1),
        2 => (1_usize << dice.u8(..13)).saturating_sub(dice.usize(..2)),
        _ => dice.usize(..32),
    };
    // As much as a fuzzer's inputs are long.
    length.min(most).min(5000)
}
