//! The Huffman code of strings, RFC 7541 section 5.2 and appendix B.
//!
//! The code is canonical: codes of the same length are consecutive numbers in the order of their symbols, and shorter
//! codes come before longer ones. So the lengths say all.

use super::HpackError;

/// Appends what the Huffman code in `raw` stands for.
pub(super) fn decode(raw: &[u8], text: &mut Vec<u8>) -> Result<(), HpackError> {
    // The shortest codes have 5 bits.
    text.reserve(raw.len() * 8 / 5);
    let mut bits = Bits::new(raw);
    loop {
        bits.fill();
        let (symbol, len) = match SHORT[usize::from(bits.first_byte())] {
            (_, 0) => long(bits.first_word()),
            (symbol, len) => (u16::from(symbol), u32::from(len)),
        };
        if len > bits.left {
            return bits.check_padding();
        }
        text.push(u8::try_from(symbol).map_err(|_| HpackError::EndOfString)?);
        bits.skip(len);
    }
}

/// The symbol, and the length in bits, of a code that is longer than 8 bits and begins `word`.
fn long(word: u32) -> (u16, u32) {
    let mut len = SHORT_BITS + 1;
    while len < MAX_BITS && word >= LIMITS[len] {
        len += 1;
    }
    let place = (word - LIMITS[len - 1]) >> (32 - len);
    (SYMBOLS[STARTS[len] + place as usize], len as u32)
}

/// A string of bits, its first one at the top.
struct Bits<'a> {
    /// The next bits, 0 beyond those that are left.
    next: u64,
    /// How many of `next` there are.
    left: u32,
    rest: &'a [u8],
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            next: 0,
            left: 0,
            rest: bytes,
        }
    }

    /// Sees to it that there are enough bits for any code, unless the string ends before.
    fn fill(&mut self) {
        if self.left >= MAX_BITS as u32 {
            return;
        }
        if let Some((word, rest)) = self.rest.split_first_chunk::<4>() {
            self.next |= u64::from(u32::from_be_bytes(*word)) << (32 - self.left);
            self.left += 32;
            self.rest = rest;
            return;
        }
        for byte in self.rest {
            self.next |= u64::from(*byte) << (56 - self.left);
            self.left += 8;
        }
        self.rest = &[];
    }

    fn first_byte(&self) -> u8 {
        (self.next >> 56) as u8
    }

    fn first_word(&self) -> u32 {
        (self.next >> 32) as u32
    }

    fn skip(&mut self, bits: u32) {
        self.next <<= bits;
        self.left -= bits;
    }

    /// Whether what is left is padding as it must be.
    fn check_padding(&self) -> Result<(), HpackError> {
        let padding = u64::MAX.checked_shl(64 - self.left).unwrap_or(0);
        if self.left < 8 && self.next == padding {
            Ok(())
        } else {
            Err(HpackError::HuffmanPadding)
        }
    }
}

const SYMBOL_COUNT: usize = 257;
/// Codes of up to so many bits are looked up at once.
const SHORT_BITS: usize = 8;
const MAX_BITS: usize = 30;

/// The length of the code of each byte and of the end of the string, bits, RFC 7541 appendix B.
#[rustfmt::skip]
const LENGTHS: [u8; SYMBOL_COUNT] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

/// The symbols in the order of their codes.
static SYMBOLS: [u16; SYMBOL_COUNT] = symbols();
/// By length of codes, where they begin in [`SYMBOLS`].
static STARTS: [usize; MAX_BITS + 2] = starts();
/// By length, what follows the last code of that length at the top of 32 bits. After the longest it would be 2^32.
static LIMITS: [u32; MAX_BITS] = limits();
/// By the next 8 bits, the symbol of the code that they begin with and its length; length 0 if it has more bits.
static SHORT: [(u8, u8); 1 << SHORT_BITS] = short();

const fn symbols() -> [u16; SYMBOL_COUNT] {
    let mut symbols = [0; SYMBOL_COUNT];
    let mut count = 0;
    let mut len = 1;
    while len <= MAX_BITS {
        let mut symbol = 0;
        while symbol < SYMBOL_COUNT {
            if LENGTHS[symbol] as usize == len {
                symbols[count] = symbol as u16;
                count += 1;
            }
            symbol += 1;
        }
        len += 1;
    }
    assert!(count == SYMBOL_COUNT, "each symbol has a code");
    symbols
}

const fn starts() -> [usize; MAX_BITS + 2] {
    let mut starts = [0; MAX_BITS + 2];
    let mut symbol = 0;
    while symbol < SYMBOL_COUNT {
        starts[LENGTHS[symbol] as usize + 1] += 1;
        symbol += 1;
    }
    let mut len = 1;
    while len < starts.len() {
        starts[len] += starts[len - 1];
        len += 1;
    }
    starts
}

const fn limits() -> [u32; MAX_BITS] {
    let mut limits = [0; MAX_BITS];
    let starts = starts();
    let mut limit = 0_u64;
    let mut len = 1;
    while len <= MAX_BITS {
        limit += ((starts[len + 1] - starts[len]) as u64) << (32 - len);
        if len < MAX_BITS {
            limits[len] = limit as u32;
        }
        len += 1;
    }
    assert!(limit == 1 << 32, "any string of bits begins with a code");
    limits
}

const fn short() -> [(u8, u8); 1 << SHORT_BITS] {
    let mut short = [(0, 0); 1 << SHORT_BITS];
    let symbols = symbols();
    let mut next = 0;
    let mut place = 0;
    while LENGTHS[symbols[place] as usize] as usize <= SHORT_BITS {
        let symbol = symbols[place];
        let len = LENGTHS[symbol as usize];
        let end = next + (1 << (SHORT_BITS - len as usize));
        while next < end {
            short[next] = (symbol as u8, len);
            next += 1;
        }
        place += 1;
    }
    short
}

#[cfg(test)]
mod tests {
    use fluke_hpack::huffman::HuffmanDecoder;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn decoded(raw: &[u8]) -> Result<Vec<u8>, HpackError> {
        let mut text = Vec::new();
        decode(raw, &mut text).map(|()| text)
    }

    /// RFC 7541 appendix C.4.1.
    #[test]
    fn the_example_of_the_rfc() {
        let raw = [
            0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
        ];
        assert_eq!(decoded(&raw), Ok(b"www.example.com".to_vec()));
    }

    #[test]
    fn padding_is_less_than_a_byte_of_ones() {
        assert_eq!(decoded(&[]), Ok(vec![]));
        assert_eq!(decoded(&[0b0000_0111]), Ok(b"0".to_vec()));
        assert_eq!(decoded(&[0b0000_0110]), Err(HpackError::HuffmanPadding));
        assert_eq!(
            decoded(&[0b0000_0111, 0xff]),
            Err(HpackError::HuffmanPadding)
        );
        assert_eq!(decoded(&[0xff]), Err(HpackError::HuffmanPadding));
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        // Bits that are mostly 1 begin long codes.
        let ones = (any::<u8>(), any::<u8>()).prop_map(|(this, that)| this | that);
        vec(prop_oneof![any::<u8>(), ones, 0xf0_u8.., Just(0xff)], 0..24)
    }

    /// The code of the symbol at a place of [`SYMBOLS`], in digits.
    fn digits(place: usize) -> String {
        let len = usize::from(LENGTHS[usize::from(SYMBOLS[place])]);
        let code = (LIMITS[len - 1] >> (32 - len)) as usize + place - STARTS[len];
        format!("{code:0len$b}")
    }

    /// A string of bits, padded.
    fn packed(mut digits: String) -> Vec<u8> {
        while !digits.len().is_multiple_of(8) {
            digits.push('1');
        }
        let bytes = digits.as_bytes().chunks(8).map(|digits| {
            let digits = str::from_utf8(digits).expect("digits are ASCII");
            u8::from_str_radix(digits, 2).expect("binary digits")
        });
        bytes.collect()
    }

    /// Each symbol at each bit of a byte.
    #[test]
    fn others_decode_each_symbol_the_same() {
        for place in 0..SYMBOL_COUNT - 1 {
            for before in 0..8 {
                let raw = packed("00000".repeat(before) + &digits(place));
                let theirs = HuffmanDecoder::new().decode(&raw);
                assert_eq!(decoded(&raw), Ok(theirs.expect("a code")), "{raw:02x?}");
            }
        }
        let end = packed(digits(SYMBOL_COUNT - 1));
        assert_eq!(decoded(&end), Err(HpackError::EndOfString));
    }

    proptest! {
        #[test]
        fn others_decode_the_same(raw in bytes()) {
            let theirs = HuffmanDecoder::new().decode(&raw);
            prop_assert_eq!(decoded(&raw).ok(), theirs.ok());
        }
    }
}
