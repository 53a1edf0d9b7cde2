//! Variables of the environment. What one holds by mistake is said: a run that silently tried less would look like a proof.

use std::str::FromStr;

/// The number that `variable` holds, such as `example`; `None` where it is not set.
///
/// # Panics
///
/// It holds something else.
pub(crate) fn number<N: FromStr>(variable: &str, example: &str) -> Option<N> {
    Some(or_panic(as_number(variable, example, &value(variable)?)))
}

/// Whether `variable` is 1, or else not set.
///
/// # Panics
///
/// It holds something else.
pub(crate) fn flag(variable: &str) -> bool {
    value(variable).is_some_and(|value| or_panic(as_flag(variable, &value)))
}

/// What it holds; empty is not set.
fn value(variable: &str) -> Option<String> {
    let value = std::env::var_os(variable)?;
    let value = value.to_string_lossy().trim().to_owned();
    Some(value).filter(|value| !value.is_empty())
}

fn as_number<N: FromStr>(variable: &str, example: &str, value: &str) -> Result<N, String> {
    value.parse().map_err(|_| {
        format!("{variable}={value}: it holds a whole number, such as {variable}={example}")
    })
}

fn as_flag(variable: &str, value: &str) -> Result<bool, String> {
    match value {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(format!(
            "{variable}={value}: say {variable}=1, or leave it out"
        )),
    }
}

fn or_panic<T>(result: Result<T, String>) -> T {
    result.unwrap_or_else(|why| panic!("{why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_variable_cannot_hold_is_refused() {
        let number = |value| as_number::<u64>("METAPROTO_CASES", "1000", value);
        assert_eq!(number("7"), Ok(7));
        let words = include_str!("../../tests/variables/no_number.txt");
        assert_eq!(number("10k"), Err(words.trim_end().to_owned()));

        let flag = |value| as_flag("METAPROTO_BLESS", value);
        assert_eq!((flag("1"), flag("0")), (Ok(true), Ok(false)));
        let words = include_str!("../../tests/variables/no_flag.txt");
        assert_eq!(flag("yes"), Err(words.trim_end().to_owned()));
    }
}
