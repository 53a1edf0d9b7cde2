//! Messages with known facts, and what each of them must do in both libraries.

use std::fmt::Debug;
use std::path::Path;

use binrw::io::Cursor;
use binrw::meta::{ReadEndian, WriteEndian};
use binrw::{BinRead, BinWrite};
use deku::{DekuContainerRead, DekuContainerWrite, DekuUpdate};
use serde_json::{Map, Value};

/// One whole message, and what an independent implementation knows of it.
pub struct Case {
    /// Where it comes from.
    pub name: String,
    bytes: Vec<u8>,
    facts: Map<String, Value>,
}

/// The golden messages of a header.
pub fn cases(header: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/gauntlet/golden")
        .join(header);
    let facts = std::fs::read(folder.join("facts.json")).expect("facts of the header");
    let facts: Value = serde_json::from_slice(&facts).expect("facts in JSON");
    let cases = facts["cases"].as_object().expect("cases by name");
    cases
        .iter()
        .map(|(name, case)| Case {
            name: name.clone(),
            bytes: std::fs::read(folder.join(format!("{name}.bin"))).expect("a case's bytes"),
            facts: case["fields"].as_object().expect("fields by name").clone(),
        })
        .collect()
}

/// A message made by hand from the specification.
pub fn made(bytes: &[u8], facts: Value) -> Case {
    Case {
        name: "made by hand".into(),
        bytes: bytes.to_vec(),
        facts: facts.as_object().expect("fields by name").clone(),
    }
}

/// Bytes as facts have them.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    format!("0x{}", digits.collect::<String>())
}

impl Case {
    /// What is known under this name, null where nothing is.
    pub fn fact(&self, name: &str) -> &Value {
        self.facts.get(name).unwrap_or(&Value::Null)
    }

    /// The message as deku reads it; it writes the same bytes, with its lengths updated, and reads no part of them.
    pub fn deku<T>(&self) -> T
    where
        T: for<'a> DekuContainerRead<'a> + DekuContainerWrite + DekuUpdate,
        T: Clone + Debug + PartialEq,
    {
        let read =
            |bytes: &[u8]| T::from_bytes((bytes, 0)).map(|((rest, _), value)| (rest.len(), value));
        let (left, value) = read(&self.bytes).expect(&self.name);
        assert_eq!(left, 0, "{}: bytes left", self.name);
        assert_eq!(value.to_bytes().as_ref(), Ok(&self.bytes), "{}", self.name);

        let mut updated = value.clone();
        updated.update().expect(&self.name);
        assert_eq!(updated, value, "{}: updated", self.name);

        self.spoil(|bytes| read(bytes).is_err());
        value
    }

    /// The message as binrw reads it; it writes the same bytes, and reads no part of them.
    pub fn binrw<T>(&self) -> T
    where
        T: for<'a> BinRead<Args<'a> = ()> + for<'a> BinWrite<Args<'a> = ()>,
        T: ReadEndian + WriteEndian,
    {
        let read = |bytes: &[u8]| {
            let mut reader = Cursor::new(bytes);
            T::read(&mut reader).map(|value| (reader.position(), value))
        };
        let (end, value) = read(self.bytes.as_slice()).expect(&self.name);
        assert_eq!(end, self.bytes.len() as u64, "{}: bytes left", self.name);

        let mut writer = Cursor::new(Vec::new());
        value.write(&mut writer).expect(&self.name);
        assert_eq!(writer.into_inner(), self.bytes, "{}", self.name);

        self.spoil(|bytes| read(bytes).is_err());
        value
    }

    /// Asserts what was read.
    pub fn check(&self, read: &[(&str, Value)]) {
        for (name, value) in read {
            assert_eq!(self.fact(name), value, "{}: {name}", self.name);
        }
    }

    /// Each shorter message is refused; a wrong byte may be read, but panics nowhere.
    fn spoil(&self, refuses: impl Fn(&[u8]) -> bool) {
        let inner = self.bytes.len().saturating_sub(64);
        for len in (0..self.bytes.len()).filter(|len| *len < 300 || *len > inner) {
            assert!(refuses(&self.bytes[..len]), "{}: {len} bytes", self.name);
        }
        for index in 0..self.bytes.len().min(64) {
            for wrong in [0, 0x7F, 0x80, 0xFF] {
                let mut bytes = self.bytes.clone();
                bytes[index] = wrong;
                refuses(&bytes);
            }
        }
    }
}
