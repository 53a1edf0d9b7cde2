//! What to say of a name that is none of the known ones.

/// `what`, which is unknown, and the known name that was meant, or all of them.
pub(crate) fn unknown(what: &str, given: &str, known: &[&str]) -> String {
    match nearest(given, known) {
        Some(name) => format!("unknown {what}; did you mean `{name}`?"),
        None => format!("unknown {what}; it can be one of: {}", known.join(", ")),
    }
}

/// The known name that begins as `given` does, or that differs in few letters.
fn nearest<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    let begins = |name: &&&str| given.starts_with(**name) || name.starts_with(given);
    let prefix = known.iter().filter(begins).max_by_key(|name| name.len());
    let few = |name: &&&str| distance(given, name) <= (name.len() / 3).min(2);
    let near = || {
        let near = known.iter().filter(few);
        near.min_by_key(|name| distance(given, name))
    };
    prefix.or_else(near).copied()
}

/// Letters to add, remove or change (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.bytes().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (place, other) in row.iter_mut().skip(1).zip(right.bytes()) {
            let changed = diagonal + usize::from(letter != other);
            diagonal = *place;
            before = changed.min(*place + 1).min(before + 1);
            *place = before;
        }
    }
    row.last().copied().unwrap_or_default()
}
