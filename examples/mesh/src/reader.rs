//! Reads the fields of a document, and notices those that nobody asked for.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::duration;
use crate::problem::{Place, Problems};

/// Resemblance, from 0 to 1, from which a known name is proposed for an unknown one.
const RESEMBLANCE: f64 = 0.85;

/// The fields of one object. Names are asked for in camel case and found in snake case as well. A field that was not
/// asked for when this is dropped is a problem.
///
/// What is missing or null is `None`; what has the wrong type is a problem and `None`.
pub(crate) struct Fields<'a> {
    place: Place,
    map: &'a Map<String, Value>,
    asked: RefCell<Vec<String>>,
    lenient: Cell<bool>,
    problems: &'a Problems,
}

impl<'a> Fields<'a> {
    /// The fields of `value`, which must be an object.
    pub(crate) fn of(place: Place, value: &'a Value, problems: &'a Problems) -> Option<Self> {
        let Value::Object(map) = value else {
            problems.report(&place, format!("{} where an object belongs", kind(value)));
            return None;
        };
        Some(Self {
            place,
            map,
            asked: RefCell::default(),
            lenient: Cell::new(false),
            problems,
        })
    }

    /// Where they stand.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Where problems go.
    pub(crate) fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Where the field `name` stands.
    pub(crate) fn at(&self, name: &str) -> Place {
        self.place.field(name)
    }

    /// Notes a problem of the field `name`.
    pub(crate) fn report(&self, name: &str, message: impl Into<String>) {
        self.problems.report(&self.at(name), message);
    }

    /// Whether the field is there, with whatever value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Takes these fields as known: they mean nothing here.
    pub(crate) fn ignore(&self, names: &[&str]) {
        for name in names {
            self.get(name);
        }
    }

    /// Takes all other fields as known: the document is about more than we are.
    pub(crate) fn ignore_rest(&self) {
        self.lenient.set(true);
    }

    /// Notes a problem if the field is there.
    pub(crate) fn refuse(&self, name: &str, why: &str) {
        if self.has(name) {
            self.report(name, why);
        }
    }

    /// Notes a problem if the field is missing.
    pub(crate) fn require(&self, name: &str, what: &str) {
        if !self.has(name) {
            self.report(name, format!("missing: {what}"));
        }
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let (place, value) = self.get(name)?;
        text(&place, value, self.problems)
    }

    /// A text that must be there and not be empty.
    pub(crate) fn needed(&self, name: &str) -> Option<String> {
        self.require(name, "a text belongs here");
        let text = self.text(name)?;
        if text.is_empty() {
            self.report(name, "empty: a text belongs here");
            return None;
        }
        Some(text)
    }

    /// A whole number within the range.
    pub(crate) fn number(&self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let (place, value) = self.get(name)?;
        let number = value.as_u64().filter(|number| range.contains(number));
        if number.is_none() {
            let (low, high) = (range.start(), range.end());
            let message = format!("{value} is no whole number from {low} to {high}");
            self.problems.report(&place, message);
        }
        number
    }

    /// A text, or a number as text.
    pub(crate) fn text_or_number(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            (_, Value::Number(number)) => Some(number.to_string()),
            (place, value) => text(&place, value, self.problems),
        }
    }

    /// A number of a port.
    pub(crate) fn port(&self, name: &str) -> Option<u16> {
        let number = self.number(name, 1..=u16::MAX.into())?;
        u16::try_from(number).ok()
    }

    /// A number, perhaps with decimals.
    pub(crate) fn decimal(&self, name: &str) -> Option<f64> {
        let (place, value) = self.get(name)?;
        let number = value.as_f64();
        if number.is_none() {
            let message = format!("{} where a number belongs", kind(value));
            self.problems.report(&place, message);
        }
        number
    }

    /// True or false.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        let (place, value) = self.get(name)?;
        let flag = value.as_bool();
        if flag.is_none() {
            let message = format!("{} where true or false belongs", kind(value));
            self.problems.report(&place, message);
        }
        flag
    }

    /// A duration of at least `least`.
    pub(crate) fn duration(&self, name: &str, least: Duration) -> Option<Duration> {
        let text = self.text(name)?;
        let found = duration::parse(&text).filter(|duration| *duration >= least);
        if found.is_none() {
            let least = duration::render(least);
            let message =
                format!("{text:?} is no duration of at least {least}, such as 10s or 100ms");
            self.report(name, message);
        }
        found
    }

    /// An object.
    pub(crate) fn object(&self, name: &str) -> Option<Fields<'a>> {
        let (place, value) = self.get(name)?;
        Fields::of(place, value, self.problems)
    }

    /// A list of objects.
    pub(crate) fn objects(&self, name: &str) -> Vec<Fields<'a>> {
        let items = self.list(name).into_iter();
        items
            .filter_map(|(place, value)| Fields::of(place, value, self.problems))
            .collect()
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let items = self.list(name).into_iter();
        items
            .filter_map(|(place, value)| text(&place, value, self.problems))
            .collect()
    }

    /// An object whose values are all texts, such as labels.
    pub(crate) fn labels(&self, name: &str) -> BTreeMap<String, String> {
        let pairs = self.entries(name).into_iter();
        pairs
            .filter_map(|(key, place, value)| Some((key, text(&place, value, self.problems)?)))
            .collect()
    }

    /// An object with keys that the author chose, in the order in which they stand there.
    pub(crate) fn entries(&self, name: &str) -> Vec<(String, Place, &'a Value)> {
        let Some((place, value)) = self.get(name) else {
            return Vec::new();
        };
        let Value::Object(map) = value else {
            let message = format!("{} where an object belongs", kind(value));
            self.problems.report(&place, message);
            return Vec::new();
        };
        let entry = |(key, value): (&String, &'a Value)| (key.clone(), place.field(key), value);
        map.into_iter().map(entry).collect()
    }

    fn list(&self, name: &str) -> Vec<(Place, &'a Value)> {
        let Some((place, value)) = self.get(name) else {
            return Vec::new();
        };
        let Value::Array(items) = value else {
            let message = format!("{} where a list belongs", kind(value));
            self.problems.report(&place, message);
            return Vec::new();
        };
        let items = items.iter().enumerate();
        items
            .map(|(index, value)| (place.item(index), value))
            .collect()
    }

    /// The field and its place; asking makes it known.
    fn get(&self, name: &str) -> Option<(Place, &'a Value)> {
        let snake = snake_case(name);
        let found = [name, &snake].map(|name| self.map.get_key_value(name));
        let mut asked = self.asked.borrow_mut();
        if name != snake {
            if let [Some(_), Some(_)] = found {
                self.report(name, format!("also there as {snake}: keep one"));
            }
            asked.push(snake.clone());
        }
        asked.push(name.to_owned());
        let [camel, snake] = found;
        let (name, value) = camel.or(snake)?;
        (!value.is_null()).then(|| (self.place.field(name), value))
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        if self.lenient.get() {
            return;
        }
        let asked = self.asked.borrow();
        for name in self.map.keys().filter(|name| !asked.contains(name)) {
            let mut message = "not known here".to_owned();
            let likeness = |known: &&String| strsim::jaro_winkler(known, name);
            let nearest = asked
                .iter()
                .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            match nearest.filter(|known| likeness(known) >= RESEMBLANCE) {
                Some(known) => message.push_str(&format!("; did you mean {known}?")),
                None => message
                    .push_str(": remove it, and put what it says into the configuration by hand"),
            }
            self.problems.report(&self.place.field(name), message);
        }
    }
}

/// A text, which YAML takes for something else where it looks like a number and is not quoted.
fn text(place: &Place, value: &Value, problems: &Problems) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => {
            problems.report(place, format!("{value} is no text: put it in quotes"));
            None
        }
        _ => {
            problems.report(place, format!("{} where a text belongs", kind(value)));
            None
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn snake_case(camel: &str) -> String {
    let mut snake = String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
