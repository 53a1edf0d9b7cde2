//! Lua's spelling of things.

use std::fmt::Write as _;

const KEYWORDS: [&str; 23] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "self",
];

/// Spells names.
pub(crate) struct Names;

impl Names {
    /// `table.name`, or `table["name"]` where the name is no identifier of Lua.
    pub(crate) fn member(table: &str, name: &str) -> String {
        let mut letters = name.chars();
        let is_identifier = letters
            .next()
            .is_some_and(|first| first == '_' || first.is_ascii_alphabetic())
            && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
            && !KEYWORDS.contains(&name);
        if is_identifier {
            format!("{table}.{name}")
        } else {
            format!("{table}[{}]", quoted(name.as_bytes()))
        }
    }
}

/// A string literal of any bytes.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut literal = String::from("\"");
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = match byte {
            b'"' | b'\\' => write!(literal, "\\{}", char::from(*byte)),
            b' '..=b'~' => write!(literal, "{}", char::from(*byte)),
            _ => write!(literal, "\\x{byte:02x}"),
        };
    }
    literal.push('"');
    literal
}

/// A number as the script has it: a literal up to 48 bits, otherwise its digits.
pub(crate) fn number(value: i128) -> String {
    if (-(1 << 47)..1 << 47).contains(&value) {
        value.to_string()
    } else {
        let fill = if value < 0 { "ffff" } else { "0000" };
        format!("hex(\"{fill}{value:032x}\")")
    }
}

/// As [`number`], of wire bits.
pub(crate) fn unsigned(value: u128) -> String {
    match i128::try_from(value) {
        Ok(value) => number(value),
        Err(_) => format!("hex(\"0000{value:032x}\")"),
    }
}

/// A length or maximum, which is compared and never exact beyond 53 bits.
pub(crate) fn length(value: usize) -> String {
    if value < 1 << 53 {
        value.to_string()
    } else {
        "2 ^ 53".to_owned()
    }
}

/// A name that Wireshark takes for a protocol.
pub(crate) fn filter_name(name: &str) -> String {
    let allowed = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(allowed).collect();
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name
    } else {
        format!("p{name}")
    }
}

/// A name that Wireshark takes within a filter: `BoltRequest` as `bolt_request`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for letter in name.strip_prefix("r#").unwrap_or(name).chars() {
        if letter.is_ascii_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if letter.is_ascii_alphanumeric() || letter == '_' {
            snake.push(letter.to_ascii_lowercase());
        } else {
            let _ = write!(snake, "u{:x}", u32::from(letter));
        }
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_identifiers_are_quoted() {
        assert_eq!(Names::member("v", "flags"), "v.flags");
        assert_eq!(Names::member("v", "end"), "v[\"end\"]");
        assert_eq!(Names::member("f", "name.length"), "f[\"name.length\"]");
        assert_eq!(Names::member("v", "0"), "v[\"0\"]");
    }

    #[test]
    fn literals_keep_all_bytes_and_bits() {
        assert_eq!(quoted(b"a\"\\\r\xff1"), r#""a\"\\\x0d\xff1""#);
        assert_eq!(number(-2), "-2");
        assert_eq!(
            number(-(1 << 60)),
            "hex(\"fffffffffffffffffffff000000000000000\")"
        );
        assert_eq!(
            unsigned(u128::MAX),
            "hex(\"0000ffffffffffffffffffffffffffffffff\")"
        );
    }

    #[test]
    fn filters_have_no_capitals() {
        assert_eq!(filter_name("Awesome-RPC"), "awesome_rpc");
        assert_eq!(filter_name("9p"), "p9p");
        assert_eq!(snake_case("BoltRequest"), "bolt_request");
        assert_eq!(snake_case("r#type"), "type");
    }
}
