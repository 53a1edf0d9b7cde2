//! A second writer of Hessian, made from the specification alone: it knows nothing of the codec, and writes more forms.

#![allow(dead_code, reason = "each test uses a part")]

use proptest::prelude::*;

/// A value of every kind that the specification has.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Double(f64),
    Millis(i64),
    Minutes(i32),
    Text(String),
    Binary(Vec<u8>),
    List {
        r#type: Option<String>,
        is_counted: bool,
        items: Vec<Value>,
    },
    Map {
        r#type: Option<String>,
        pairs: Vec<(Value, Value)>,
    },
    /// An instance of a class that is named by its number of fields.
    Object(Vec<Value>),
    /// One of the lists, maps and objects that came before, if there is any.
    Reference(usize),
}

/// Any value, a few levels deep.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let type_name = proptest::option::of("[a-c]{1,3}");
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![any::<i32>(), -300_000..300_000, -20..60].prop_map(Value::Int),
        prop_oneof![any::<i64>(), -300_000..300_000_i64, -20..20_i64].prop_map(Value::Long),
        prop_oneof![any::<f64>(), Just(0.0), Just(1.0), Just(-7.0), Just(12.25)]
            .prop_map(Value::Double),
        any::<i64>().prop_map(Value::Millis),
        any::<i32>().prop_map(Value::Minutes),
        text().prop_map(Value::Text),
        proptest::collection::vec(any::<u8>(), 0..1100).prop_map(Value::Binary),
        (0..4_usize).prop_map(Value::Reference),
    ];
    leaf.prop_recursive(4, 40, 10, move |inner| {
        let items = || proptest::collection::vec(inner.clone(), 0..10);
        prop_oneof![
            (type_name.clone(), any::<bool>(), items()).prop_map(|(r#type, is_counted, items)| {
                Value::List {
                    r#type,
                    is_counted,
                    items,
                }
            }),
            (
                type_name.clone(),
                proptest::collection::vec((inner.clone(), inner.clone()), 0..4)
            )
                .prop_map(|(r#type, pairs)| Value::Map { r#type, pairs }),
            items().prop_map(Value::Object),
        ]
    })
}

/// Texts of all widths of characters, and of lengths about the borders of the forms.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,40}",
        "[aé蓝😀]{0,20}",
        any::<String>(),
        (1020..1030_usize, "[aé蓝😀]").prop_map(|(length, of)| of.repeat(length)),
    ]
}

/// Writes values one after another.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    pub(crate) out: Vec<u8>,
    types: Vec<String>,
    classes: Vec<usize>,
    values: usize,
}

impl Encoder {
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push(b'N'),
            Value::Bool(flag) => self.out.push(if *flag { b'T' } else { b'F' }),
            Value::Int(number) => self.int(*number),
            Value::Long(number) => self.long(*number),
            Value::Double(number) => self.double(*number),
            Value::Millis(time) => self.tagged(b'J', &time.to_be_bytes()),
            Value::Minutes(time) => self.tagged(b'K', &time.to_be_bytes()),
            Value::Text(text) => self.text(text),
            Value::Binary(bytes) => self.binary(bytes),
            Value::List {
                r#type,
                is_counted,
                items,
            } => self.list(r#type.as_deref(), *is_counted, items),
            Value::Map { r#type, pairs } => {
                self.values += 1;
                self.out.push(if r#type.is_some() { b'M' } else { b'H' });
                self.type_name(r#type.as_deref());
                for (key, value) in pairs {
                    self.value(key);
                    self.value(value);
                }
                self.out.push(b'Z');
            }
            Value::Object(fields) => self.object(fields),
            Value::Reference(_) if self.values == 0 => self.out.push(b'N'),
            Value::Reference(index) => {
                self.out.push(b'Q');
                self.int((index % self.values) as i32);
            }
        }
    }

    fn tagged(&mut self, tag: u8, bytes: &[u8]) {
        self.out.push(tag);
        self.out.extend(bytes);
    }

    pub(crate) fn int(&mut self, number: i32) {
        match number {
            -0x10..=0x2F => self.out.push((0x90 + number) as u8),
            -0x800..=0x7FF => self
                .out
                .extend([(0xC8 + (number >> 8)) as u8, number as u8]),
            -0x4_0000..=0x3_FFFF => {
                self.out.extend([
                    (0xD4 + (number >> 16)) as u8,
                    (number >> 8) as u8,
                    number as u8,
                ]);
            }
            _ => self.tagged(b'I', &number.to_be_bytes()),
        }
    }

    fn long(&mut self, number: i64) {
        match number {
            -0x08..=0x0F => self.out.push((0xE0 + number) as u8),
            -0x800..=0x7FF => self
                .out
                .extend([(0xF8 + (number >> 8)) as u8, number as u8]),
            -0x4_0000..=0x3_FFFF => {
                self.out.extend([
                    (0x3C + (number >> 16)) as u8,
                    (number >> 8) as u8,
                    number as u8,
                ]);
            }
            _ => match i32::try_from(number) {
                Ok(number) => self.tagged(0x59, &number.to_be_bytes()),
                Err(_) => self.tagged(b'L', &number.to_be_bytes()),
            },
        }
    }

    fn double(&mut self, number: f64) {
        let whole = number as i64;
        if number.to_bits() == 0 {
            self.out.push(0x5B);
        } else if number == 1.0 {
            self.out.push(0x5C);
        } else if whole as f64 == number && i8::try_from(whole).is_ok() {
            self.tagged(0x5D, &[whole as u8]);
        } else if whole as f64 == number && i16::try_from(whole).is_ok() {
            self.tagged(0x5E, &(whole as i16).to_be_bytes());
        } else if number == 12.25 {
            self.tagged(0x5F, &12_250_i32.to_be_bytes());
        } else {
            self.tagged(b'D', &number.to_be_bytes());
        }
    }

    /// As Java writes it.
    pub(crate) fn text(&mut self, text: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        self.units(&units, b'S');
    }

    /// In chunks of so many units, which may part a pair of surrogates.
    pub(crate) fn text_in_chunks(&mut self, text: &str, size: usize) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut chunks = units.chunks(size).peekable();
        while let Some(chunk) = chunks.next() {
            self.units(chunk, if chunks.peek().is_some() { b'R' } else { b'S' });
        }
        if units.is_empty() {
            self.out.push(0);
        }
    }

    fn units(&mut self, units: &[u16], tag: u8) {
        let [high, low] = u16::try_from(units.len()).unwrap().to_be_bytes();
        match units.len() {
            0..=31 if tag == b'S' => self.out.push(low),
            0..=1023 if tag == b'S' => self.out.extend([0x30 + high, low]),
            _ => self.out.extend([tag, high, low]),
        }
        for unit in units {
            let [last, middle, first] =
                [*unit & 0x3F, *unit >> 6 & 0x3F, *unit >> 12].map(|bits| bits as u8);
            match unit {
                0..=0x7F => self.out.push(*unit as u8),
                0x80..=0x7FF => self.out.extend([0xC0 | (*unit >> 6) as u8, 0x80 | last]),
                _ => self.out.extend([0xE0 | first, 0x80 | middle, 0x80 | last]),
            }
        }
    }

    fn binary(&mut self, bytes: &[u8]) {
        let [high, low] = u16::try_from(bytes.len()).unwrap().to_be_bytes();
        match bytes.len() {
            0..=15 => self.out.push(0x20 + low),
            16..=600 => self.out.extend([0x34 + high, low]),
            length => {
                self.tagged(b'A', &256_u16.to_be_bytes());
                self.out.extend(&bytes[..256]);
                self.tagged(b'B', &(length as u16 - 256).to_be_bytes());
                self.out.extend(&bytes[256..]);
                return;
            }
        }
        self.out.extend(bytes);
    }

    fn list(&mut self, r#type: Option<&str>, is_counted: bool, items: &[Value]) {
        self.values += 1;
        let count = items.len();
        match (r#type.is_some(), is_counted) {
            (true, true) if count < 8 => self.out.push(0x70 + count as u8),
            (false, true) if count < 8 => self.out.push(0x78 + count as u8),
            (true, true) => self.out.push(b'V'),
            (false, true) => self.out.push(b'X'),
            (true, false) => self.out.push(b'U'),
            (false, false) => self.out.push(b'W'),
        }
        self.type_name(r#type);
        if is_counted && count >= 8 {
            self.int(count as i32);
        }
        for item in items {
            self.value(item);
        }
        if !is_counted {
            self.out.push(b'Z');
        }
    }

    /// The name where it comes first, and its number after that.
    fn type_name(&mut self, name: Option<&str>) {
        let Some(name) = name else { return };
        match self.types.iter().position(|known| known == name) {
            Some(index) => self.int(index as i32),
            None => {
                self.types.push(name.to_owned());
                self.text(name);
            }
        }
    }

    fn object(&mut self, fields: &[Value]) {
        let count = fields.len();
        let known = self.classes.iter().position(|class| *class == count);
        let index = known.unwrap_or_else(|| {
            self.out.push(b'C');
            self.text(&format!("demo.Class{count}"));
            self.int(count as i32);
            for field in 0..count {
                self.text(&format!("field{field}"));
            }
            self.classes.push(count);
            self.classes.len() - 1
        });
        self.values += 1;
        if index % 2 == 0 {
            self.out.push(0x60 + index as u8);
        } else {
            self.out.push(b'O');
            self.int(index as i32);
        }
        for field in fields {
            self.value(field);
        }
    }
}
