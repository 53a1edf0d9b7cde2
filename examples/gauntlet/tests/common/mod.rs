//! Golden messages, and what every header must do with them.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "a module of tests, of which each uses a part"
)]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use metaproto_codec::{Direction, Fault, FieldValue, OwnedHeader, Parsed};
use serde_json::{Map, Value};

/// One message that an independent implementation wrote, with what it says of it.
pub(crate) struct Golden {
    pub(crate) case: String,
    pub(crate) direction: Direction,
    pub(crate) bytes: Vec<u8>,
    /// Where the header ends, bytes.
    pub(crate) header_size: usize,
    /// The fields by the names of the specification.
    pub(crate) fields: Map<String, Value>,
}

/// The golden messages of a protocol of which `wanted` is true, by name.
pub(crate) fn golden(protocol: &str, wanted: impl Fn(&str) -> bool) -> Vec<Golden> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(protocol);
    let facts = fs::read_to_string(directory.join("facts.json")).unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    let cases = facts["cases"].as_object().unwrap();
    let golden: Vec<_> = cases
        .iter()
        .filter(|(case, _)| wanted(case))
        .map(|(case, facts)| {
            let bytes = fs::read(directory.join(case).with_extension("bin")).unwrap();
            assert_eq!(facts["length"], bytes.len(), "{protocol}/{case}");
            Golden {
                case: format!("{protocol}/{case}"),
                direction: match facts["direction"].as_str() {
                    Some("c2s") => Direction::ClientToServer,
                    _ => Direction::ServerToClient,
                },
                bytes,
                header_size: usize::try_from(facts["header_size"].as_u64().unwrap()).unwrap(),
                fields: facts["fields"].as_object().unwrap().clone(),
            }
        })
        .collect();
    assert!(!golden.is_empty(), "no golden messages of {protocol}");
    golden
}

/// Reads the messages with `H` and compares each field with the fact of its name; writes them back, and refuses them cut
/// at every byte. All facts must be compared but those in `untold`, of which the header has no field.
pub(crate) fn check<H: OwnedHeader + PartialEq + Debug>(messages: &[Golden], untold: &[&str]) {
    let mut compared = BTreeSet::new();
    let mut left = BTreeSet::new();
    for message in messages {
        let header = read_and_write::<H>(message);
        let fields = header.fields();
        for (name, fact) in &message.fields {
            match find(&fields, name) {
                Some(value) => {
                    assert!(
                        agrees(value, fact),
                        "{}: {name} is {value}, not {fact}",
                        message.case
                    );
                    compared.insert(name.as_str());
                }
                None => {
                    left.insert(name.as_str());
                }
            }
        }
    }
    let told: BTreeSet<_> = left.difference(&compared).copied().collect();
    assert_eq!(
        told,
        untold.iter().copied().collect(),
        "facts of which the header has no field"
    );
    assert!(!compared.is_empty());
}

/// Reads a message, writes the same bytes, and refuses it cut at every byte, with a fair word on what is missing.
pub(crate) fn read_and_write<H: OwnedHeader + PartialEq + Debug>(message: &Golden) -> H {
    let Golden { case, bytes, .. } = message;
    let Parsed::Done { view, sizes } = H::parse(bytes).unwrap_or_else(|e| panic!("{case}: {e}"))
    else {
        panic!("{case}: incomplete")
    };
    assert_eq!(sizes.frame(), bytes.len(), "{case}");
    assert_eq!(sizes.header, message.header_size, "{case}");
    let header = H::from_view(&view, None).unwrap();
    let body = &bytes[sizes.header..sizes.header + sizes.body];
    assert_eq!(header.to_frame(body).unwrap(), *bytes, "{case}");
    for cut in 0..bytes.len().min(600) {
        match H::parse(&bytes[..cut]) {
            Ok(Parsed::Wait { at_least }) => {
                assert!(
                    (1..=bytes.len() - cut).contains(&at_least),
                    "{case} cut at {cut}: {at_least} more, of {}",
                    bytes.len() - cut
                );
            }
            other => panic!("{case} cut at {cut}: {:?}", other.map(|_| ())),
        }
        let error = H::read_frame(&bytes[..cut]).unwrap_err();
        assert!(matches!(error.fault(), Fault::Truncated { .. }), "{error}");
    }
    header
}

/// The value of a field, of this struct or of one nested in it.
fn find<'f>(fields: &'f [(&'static str, FieldValue)], name: &str) -> Option<&'f FieldValue> {
    let own = fields
        .iter()
        .find(|(own, value)| *own == name && !matches!(value, FieldValue::Header(_)));
    own.map(|(_, value)| value).or_else(|| {
        fields.iter().find_map(|(_, value)| match value {
            FieldValue::Header(inner) => find(inner, name),
            _ => None,
        })
    })
}

fn agrees(value: &FieldValue, fact: &Value) -> bool {
    match (value, fact) {
        (FieldValue::Bool(flag), Value::Bool(fact)) => flag == fact,
        (FieldValue::Bool(flag), Value::Number(fact)) => fact.as_u64() == Some((*flag).into()),
        (FieldValue::Unsigned(number), Value::Number(fact)) => {
            fact.as_u64().map(u128::from) == Some(*number)
        }
        (FieldValue::Signed(number), Value::Number(fact)) => {
            fact.as_i64().map(i128::from) == Some(*number)
        }
        (FieldValue::Text(text), Value::String(fact)) => text == fact,
        (FieldValue::Bytes(bytes), Value::String(fact)) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            *fact == format!("0x{hex}") || fact.as_bytes() == bytes
        }
        (FieldValue::Absent, Value::Null) => true,
        (FieldValue::List(values), Value::Array(facts)) => {
            values.len() == facts.len() && values.iter().zip(facts).all(|(v, f)| agrees(v, f))
        }
        (FieldValue::Map(pairs), Value::Object(facts)) => {
            pairs.len() == facts.len()
                && pairs.iter().all(|(key, value)| {
                    let key = match key {
                        FieldValue::Text(key) => Some(key.as_str()),
                        FieldValue::Bytes(key) => str::from_utf8(key).ok(),
                        _ => None,
                    };
                    let fact = key.and_then(|key| facts.get(key));
                    fact.is_some_and(|fact| agrees(value, fact))
                })
        }
        _ => false,
    }
}
