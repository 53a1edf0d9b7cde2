//! Bytes of a dump as text in JSON: `01 00 -- ff`, with `--` where there is none.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(
    bytes: &[Option<u8>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let bytes: Vec<String> = bytes.iter().map(|byte| show(*byte)).collect();
    serializer.serialize_str(&bytes.join(" "))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Option<u8>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.split_whitespace()
        .map(|byte| match byte {
            "--" => Ok(None),
            _ => u8::from_str_radix(byte, 16)
                .map(Some)
                .map_err(D::Error::custom),
        })
        .collect()
}

/// One byte in two characters.
pub(super) fn show(byte: Option<u8>) -> String {
    byte.map_or_else(|| "--".into(), |byte| format!("{byte:02x}"))
}
