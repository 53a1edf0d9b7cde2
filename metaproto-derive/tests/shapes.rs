//! Every shape of field: known bytes, read and written back, cut at every byte.

use bytes::Bytes;
use metaproto_codec::{CodecError, Fault, Header, MIB, OwnedHeader, Part, codes};

/// Reads `bytes`, compares, writes them back, and refuses every truncation.
fn check<H: OwnedHeader + PartialEq + std::fmt::Debug>(bytes: &[u8], body: &[u8], expected: &H) {
    let frame = [bytes, body].concat();
    assert_eq!(H::read_frame(&frame).unwrap(), *expected);
    assert_eq!(expected.to_frame(body).unwrap(), frame);
    assert_eq!(expected.encoded_len().unwrap(), bytes.len());
    for cut in 0..frame.len() {
        let error = H::read_frame(&frame[..cut]).unwrap_err();
        let Fault::Truncated { missing } = *error.fault() else {
            panic!("cut at {cut}: {error}")
        };
        assert!(
            missing >= 1 && missing <= frame.len() - cut,
            "cut at {cut}: {missing}"
        );
    }
}

fn refused<H: OwnedHeader>(bytes: &[u8]) -> CodecError {
    H::read_frame(bytes).err().unwrap()
}

codes! {
    /// A code.
    pub enum Colour: u16 {
        /// Red.
        Red = 1,
    }
}

#[derive(Header, Clone, Debug, PartialEq)]
#[header(little_endian)]
struct Numbers {
    #[header(frame_len, max = MIB, bytes = 3)]
    total: u32,
    #[header(bytes = 5, big_endian)]
    wide: u64,
    #[header(bytes = 3)]
    negative: i32,
    huge: u128,
    least: i128,
    single: f32,
    double: f64,
    flag: bool,
    raw: [u8; 2],
    #[header(code = u16)]
    colour: Colour,
}

#[test]
fn numbers_of_every_width_in_both_orders() {
    let mut bytes = vec![61, 0, 0, 1, 2, 3, 4, 5, 0xFE, 0xFF, 0xFF];
    bytes.extend(7_u128.to_le_bytes());
    bytes.extend((-1_i128).to_le_bytes());
    bytes.extend(1.5_f32.to_le_bytes());
    bytes.extend((-0.25_f64).to_le_bytes());
    bytes.extend([1, 0xAA, 0xBB, 9, 0]);
    bytes[0] = u8::try_from(bytes.len() + 3).unwrap();
    let expected = Numbers {
        total: u32::from(bytes[0]),
        wide: 0x01_02_03_04_05,
        negative: -2,
        huge: 7,
        least: -1,
        single: 1.5,
        double: -0.25,
        flag: true,
        raw: [0xAA, 0xBB],
        colour: Colour::Unknown(9),
    };
    check(&bytes, b"end", &expected);
    let flag_at = bytes.len() - 5;
    bytes[flag_at] = 2;
    let error = refused::<Numbers>(&[&bytes[..], b"end"].concat());
    assert_eq!(
        (error.fault(), error.offset()),
        (&Fault::Bool { found: 2 }, flag_at as u64)
    );
    let unfit = Numbers {
        negative: 1 << 23,
        ..expected
    };
    assert_eq!(unfit.to_frame(b"").unwrap_err().fault().rule(), "too_large");
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct BigBits {
    #[header(bits = 4, constant = 9)]
    version: u8,
    #[header(bits = 10)]
    across: u16,
    #[header(bits = 1)]
    flag: bool,
    #[header(bits = 1, reserved)]
    spare: u8,
    #[header(body_len, max = 255)]
    size: u8,
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(little_endian)]
struct LittleBits {
    #[header(bits = 4)]
    low: u8,
    #[header(bits = 12)]
    high: i16,
    #[header(body_len, offset = -1, max = 254)]
    size: u8,
}

#[test]
fn bit_fields_cross_bytes_and_reserved_bits_survive() {
    // 1001 | 1000000001 | 1 | 1
    let expected = BigBits {
        version: 9,
        across: 0b10_0000_0001,
        flag: true,
        spare: 1,
        size: 2,
    };
    check(&[0b1001_1000, 0b0000_0111, 2], b"ab", &expected);
    let error = refused::<BigBits>(&[0b1011_1000, 0b0000_0111, 0]);
    assert_eq!(
        error.to_string(),
        "byte 0, field version: expected the constant 0x9, found 0xb"
    );
    check(
        &[0xE5, 0xFF, 3],
        b"ab",
        &LittleBits {
            low: 5,
            high: -2,
            size: 3,
        },
    );
    assert_eq!(
        refused::<LittleBits>(&[0, 0, 0]).fault(),
        &Fault::BelowMinimum { found: 0, min: 1 }
    );
}

#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian, part)]
struct Zone {
    #[header(len = u8, max = 9)]
    name: String,
    weight: u16,
}

// The names of the fields are those of the locals in the expansion.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Lists {
    #[header(constant = *b"MP")]
    group: [u8; 2],
    #[header(header_len, max = 300)]
    cursor: u16,
    #[header(body_len, max = MIB)]
    length: u32,
    key_count: u8,
    #[header(len = u16, max = 20)]
    metadata: Bytes,
    #[header(count = u8, max = 3, item(len = u8, max = 4))]
    writer: Vec<String>,
    #[header(count = key_count, max = 2, key(len = u8, max = 8), value(len = u16, max = 8), metadata)]
    key: Vec<(String, String)>,
    #[header(len = u8, max = 8)]
    value: Vec<u8>,
    #[header(len = u24, max = 6)]
    raw: Vec<u16>,
    #[header(nested)]
    error: Zone,
    #[header(count = u8, max = 2, nested)]
    item: Vec<Zone>,
}

fn lists() -> Lists {
    Lists {
        group: *b"MP",
        cursor: 54,
        length: 1,
        key_count: 1,
        metadata: Bytes::from_static(b"id"),
        writer: vec!["a".into(), String::new()],
        key: vec![("k".into(), "v".into())],
        value: vec![1, 2],
        raw: vec![3, 4],
        error: Zone {
            name: "z".into(),
            weight: 5,
        },
        item: vec![Zone {
            name: "y".into(),
            weight: 6,
        }],
    }
}

#[test]
fn what_varies_in_length_reads_as_it_is_written() {
    let mut bytes = b"MP\0\0\0\0\0\x01\x01\0\x02id\x02\x01a\0\x01k\0\x01v\x02\x01\x02\0\0\x04\0\x03\0\x04\x01z\0\x05\x01\x01y\0\x06".to_vec();
    bytes[3] = u8::try_from(bytes.len()).unwrap();
    let expected = Lists {
        cursor: u16::from(bytes[3]),
        ..lists()
    };
    check(&bytes, b"!", &expected);
    assert_eq!(<Lists as Part>::MIN_LEN, 9 + 2 + 1 + 1 + 3 + 3 + 1);
}

#[test]
fn a_length_above_its_maximum_or_its_container_is_refused_where_it_stands() {
    let frame = lists().to_frame(b"!").unwrap();
    let with = |at: usize, byte: u8| {
        let mut changed = frame.clone();
        changed[at] = byte;
        refused::<Lists>(&changed)
    };
    assert_eq!(
        with(8, 3).to_string(),
        "byte 8, field key_count: 3 is above the limit of 2"
    );
    assert_eq!(with(10, 21).field().to_string(), "metadata");
    assert_eq!(with(3, 9).fault().rule(), "below_minimum");
    let name = frame.len() - 5;
    assert_eq!(
        with(name, 9).to_string(),
        format!(
            "byte {name}, field item.name: needs 9 bytes, but only 1 are left in what contains it"
        )
    );
}

#[test]
fn what_does_not_fit_is_refused_when_it_is_written() {
    let long = Lists {
        writer: vec!["12345".into()],
        ..lists()
    };
    let error = long.to_frame(b"").unwrap_err();
    assert_eq!(
        (error.fault(), error.field().to_string()),
        (&Fault::TooLarge { found: 5, max: 4 }, "writer".into())
    );
    let many = Lists {
        writer: vec![String::new(); 4],
        ..lists()
    };
    assert_eq!(
        many.to_frame(b"").unwrap_err().fault(),
        &Fault::TooLarge { found: 4, max: 3 }
    );
}
