//! What a mutation must have done to a message.

use metaproto_codec::schema::Role;
use metaproto_codec::{Change, Direction, Mutation};

use super::finding::Finding;
use super::subject::Subject;
use crate::facts::Facts;

/// The first thing that is not as it must be in `after`, which is `before` with the changes of `mutation`.
pub(crate) fn wrong(
    subject: &Subject,
    before: &Facts,
    after: &Facts,
    mutation: &Mutation,
) -> Option<Finding> {
    let wanted_id = mutation.request_id().or(before.request_id.as_ref());
    if after.request_id.as_ref() != wanted_id {
        let show = |id: Option<&metaproto_codec::RequestId>| {
            format!(
                "request_id = {}",
                id.map_or_else(|| "none".to_owned(), crate::facts::show_id)
            )
        };
        return Some(Finding::new(
            show(wanted_id),
            show(after.request_id.as_ref()),
        ));
    }
    for (key, change) in mutation.changes() {
        let found = after.get(key);
        let right = match change {
            Change::Set(value) => found.is_some_and(|found| same_value(found, value)),
            Change::Remove => found.is_none(),
        };
        if !right {
            let expected = match change {
                Change::Set(value) => format!("[{key}] = {value:?}"),
                Change::Remove => format!("no [{key}]"),
            };
            let actual = found.map_or_else(
                || format!("no [{key}]"),
                |found| format!("[{key}] = {found:?}"),
            );
            return Some(Finding::new(expected, actual));
        }
    }
    untouched(subject, before, after, mutation)
}

/// What the mutation does not name must be as it was.
fn untouched(
    subject: &Subject,
    before: &Facts,
    after: &Facts,
    mutation: &Mutation,
) -> Option<Finding> {
    let named = |key: &str| {
        mutation
            .changes()
            .any(|(name, _)| name.eq_ignore_ascii_case(key))
    };
    let rest = |facts: &Facts| {
        let pairs = facts.properties.iter().filter(|(key, _)| !named(key));
        pairs.cloned().collect::<Vec<_>>()
    };
    let (left, right) = (rest(before), rest(after));
    if left != right {
        return Some(Finding::new(
            format!("other properties {left:?}"),
            format!("{right:?}"),
        ));
    }
    if mutation
        .changes()
        .any(|(key, _)| has_other_roles(subject, before.direction, before, key))
    {
        return None;
    }
    let typed = |facts: &Facts| {
        format!(
            "kind = {}, stream_id = {:?}, status = {:?}, operation = {:?}",
            facts.kind, facts.stream_id, facts.status, facts.operation
        )
    };
    (typed(before) != typed(after)).then(|| Finding::new(typed(before), typed(after)))
}

/// Whether the field behind a property is also the operation, the status or the like, so that setting it changes those.
fn has_other_roles(subject: &Subject, direction: Direction, facts: &Facts, key: &str) -> bool {
    let by_schema = subject.schema(direction).and_then(|schema| {
        schema.find(|role| matches!(role, Role::Property(name) if name.eq_ignore_ascii_case(key)))
    });
    match by_schema {
        Some(field) => field.roles.len() > 1,
        None => facts.operation.is_some() && facts.operation.as_deref() == facts.get(key),
    }
}

/// Numbers may be spelt in more than one way.
fn same_value(found: &str, set: &str) -> bool {
    if found == set {
        return true;
    }
    if let (Ok(found), Ok(set)) = (found.parse::<i128>(), set.parse::<i128>()) {
        return found == set;
    }
    let is_float = set.contains(['.', 'e', 'E']);
    matches!((found.parse::<f64>(), set.parse::<f64>()), (Ok(a), Ok(b)) if is_float && a == b)
}
