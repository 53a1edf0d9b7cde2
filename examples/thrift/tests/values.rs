//! Values of every kind, written by a second encoder, are walked over to their very end, however the bytes are cut; and
//! what is cut off or left over is noticed.

use metaproto_codec::{
    Codec, CodecError, DecodeStatus, Direction, Limits, Metadata, Next, Session,
};
use proptest::prelude::*;
use thrift::{Thrift, Transport};

/// A value, as an author of an interface thinks of it.
#[derive(Clone, Debug)]
enum Value {
    Bool(bool),
    Byte(u8),
    I16(i16),
    I32(i32),
    I64(i64),
    Double(u64),
    Text(Vec<u8>),
    Struct(Vec<(i16, Value)>),
    /// Of one type, which is that of the first.
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<u8>().prop_map(Value::Byte),
        any::<i16>().prop_map(Value::I16),
        any::<i32>().prop_map(Value::I32),
        any::<i64>().prop_map(Value::I64),
        any::<u64>().prop_map(Value::Double),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let copies = (inner.clone(), 0_usize..20);
        prop_oneof![
            prop::collection::vec((any::<i16>(), inner.clone()), 0..6).prop_map(Value::Struct),
            copies
                .clone()
                .prop_map(|(value, count)| Value::List(vec![value; count])),
            (inner, copies).prop_map(|(key, (value, count))| Value::Map(vec![(key, value); count])),
        ]
    })
}

/// Type and bytes in the binary protocol.
fn binary(value: &Value) -> (u8, Vec<u8>) {
    let count = |length: usize| (length as u32).to_be_bytes().to_vec();
    match value {
        Value::Bool(it) => (2, vec![u8::from(*it)]),
        Value::Byte(it) => (3, vec![*it]),
        Value::Double(it) => (4, it.to_be_bytes().to_vec()),
        Value::I16(it) => (6, it.to_be_bytes().to_vec()),
        Value::I32(it) => (8, it.to_be_bytes().to_vec()),
        Value::I64(it) => (10, it.to_be_bytes().to_vec()),
        Value::Text(it) => (11, [count(it.len()), it.clone()].concat()),
        Value::Struct(fields) => {
            let field = |(id, value): &(i16, Value)| {
                let (kind, bytes) = binary(value);
                [vec![kind], id.to_be_bytes().to_vec(), bytes].concat()
            };
            let fields: Vec<u8> = fields.iter().flat_map(field).collect();
            (12, [fields, vec![0]].concat())
        }
        Value::List(items) => {
            let kind = items.first().map_or(8, |item| binary(item).0);
            let bytes: Vec<u8> = items.iter().flat_map(|item| binary(item).1).collect();
            (15, [vec![kind], count(items.len()), bytes].concat())
        }
        Value::Map(pairs) => {
            let first = pairs.first();
            let kinds = first.map_or([8, 8], |(key, value)| [binary(key).0, binary(value).0]);
            let pair = |(key, value): &(Value, Value)| [binary(key).1, binary(value).1].concat();
            let bytes: Vec<u8> = pairs.iter().flat_map(pair).collect();
            (13, [kinds.to_vec(), count(pairs.len()), bytes].concat())
        }
    }
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn zigzag(number: i64) -> Vec<u8> {
    varint((number << 1 ^ number >> 63).cast_unsigned())
}

/// Type and bytes in the compact protocol, outside of a field.
fn compact(value: &Value) -> (u8, Vec<u8>) {
    match value {
        Value::Bool(it) => (1, vec![if *it { 1 } else { 2 }]),
        Value::Byte(it) => (3, vec![*it]),
        Value::I16(it) => (4, zigzag((*it).into())),
        Value::I32(it) => (5, zigzag((*it).into())),
        Value::I64(it) => (6, zigzag(*it)),
        Value::Double(it) => (7, it.to_le_bytes().to_vec()),
        Value::Text(it) => (8, [varint(it.len() as u64), it.clone()].concat()),
        Value::Struct(fields) => {
            let (mut bytes, mut last) = (Vec::new(), 0_i16);
            for (id, value) in fields {
                let (kind, content) = match value {
                    Value::Bool(it) => (if *it { 1 } else { 2 }, Vec::new()),
                    other => compact(other),
                };
                match i32::from(*id) - i32::from(last) {
                    delta @ 1..=15 => bytes.push((delta as u8) << 4 | kind),
                    _ => bytes.extend([vec![kind], zigzag((*id).into())].concat()),
                }
                bytes.extend(content);
                last = *id;
            }
            bytes.push(0);
            (12, bytes)
        }
        Value::List(items) => {
            let kind = items.first().map_or(5, |item| compact(item).0);
            let mut bytes = match items.len() {
                count @ 0..=14 => vec![(count as u8) << 4 | kind],
                count => [vec![0xF0 | kind], varint(count as u64)].concat(),
            };
            bytes.extend(items.iter().flat_map(|item| compact(item).1));
            (9, bytes)
        }
        Value::Map(pairs) => {
            let mut bytes = varint(pairs.len() as u64);
            bytes.extend(
                pairs
                    .first()
                    .map(|(key, value)| compact(key).0 << 4 | compact(value).0),
            );
            for (key, value) in pairs {
                bytes.extend([compact(key).1, compact(value).1].concat());
            }
            (11, bytes)
        }
    }
}

fn decode(codec: &mut Thrift, bytes: &[u8]) -> Result<DecodeStatus, CodecError> {
    codec.decode(bytes, &mut Metadata::new(Direction::ClientToServer))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_struct_ends_where_it_ends(
        fields in prop::collection::vec((any::<i16>(), any_value()), 0..6),
        chunk in 1_usize..9,
    ) {
        let arguments = Value::Struct(fields);
        let messages = [
            [b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x07".to_vec(), binary(&arguments).1].concat(),
            [b"\x82\x21\x07\x04echo".to_vec(), compact(&arguments).1].concat(),
        ];
        for message in messages {
            let consumed = message.len();
            let followed = [&message[..], b"\xFF\xFF"].concat();
            prop_assert_eq!(decode(&mut Thrift::new(), &followed), Ok(DecodeStatus::Done { consumed }));

            let mut session = Session::new(Thrift::new(), Direction::ClientToServer, Limits::default());
            let mut metadata = Metadata::default();
            for (index, piece) in message.chunks(chunk).enumerate() {
                session.receive(piece);
                let is_whole = (index + 1) * chunk >= message.len();
                let next = session.next_message(&mut metadata).unwrap();
                prop_assert_eq!(is_whole, next == Next::Message { offset: 0 });
            }

            // In a frame, one byte more or less is an error.
            let framed = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
            let verdict = |bytes: &[u8]| {
                let status = decode(&mut Thrift::over(Transport::Framed), &framed(bytes));
                status.map_err(|error| error.fault().rule())
            };
            prop_assert_eq!(verdict(&message), Ok(DecodeStatus::Done { consumed: consumed + 4 }));
            prop_assert_eq!(verdict(&[&message[..], b"\0"].concat()), Err("excess"));
            prop_assert_eq!(verdict(&message[..consumed - 1]), Err("past_end"));
        }
    }
}
