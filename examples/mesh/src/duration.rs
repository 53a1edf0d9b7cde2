//! Durations as mesh documents and Envoy write them.

use std::time::Duration;

/// Units and their nanoseconds; a longer one before those that it ends with.
const UNITS: [(&str, f64); 7] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// Reads `10s`, `0.5s`, `100ms` or `1h30m`: decimal numbers with units, without a sign; `None` where it is no such thing
/// or longer than 100 years.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut nanos = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let number: f64 = number.parse().ok()?;
        let end = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit)?;
        nanos += number * scale;
        rest = tail;
    }
    let is_one = !text.is_empty() && nanos <= 3.2e18;
    is_one.then(|| Duration::from_nanos(nanos.round() as u64))
}

/// As Envoy's YAML has it: seconds, with as many decimals as it takes.
pub(crate) fn render(duration: Duration) -> String {
    let text = format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos());
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_documents_become_seconds() {
        for (text, seconds) in [
            ("10s", "10s"),
            ("0.5s", "0.5s"),
            ("100ms", "0.1s"),
            ("1h30m", "5400s"),
            ("250us", "0.00025s"),
            ("0s", "0s"),
        ] {
            assert_eq!(parse(text).map(render).as_deref(), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in [
            "", "10", "s", "-1s", "1 s", "1d", "1.2.3s", "10sms", "1e3s", "9999999h",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
