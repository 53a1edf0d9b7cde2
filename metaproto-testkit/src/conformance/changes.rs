//! What a mutation must have done to a message.

use metaproto_codec::schema::Role;
use metaproto_codec::{Change, Direction, Mutation};

use super::finding::Finding;
use super::subject::Subject;
use crate::facts::{Facts, show_id};

/// The first thing that is not as it must be in `after`, which is `before` with the changes of `mutation`.
pub(crate) fn wrong(
    subject: &Subject,
    before: &Facts,
    after: &Facts,
    mutation: &Mutation,
) -> Option<Finding> {
    if let Some(finding) = wrong_id(before, after, mutation) {
        return Some(finding);
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

/// An id that is neither the one to be set, nor where none is, the old one.
pub(crate) fn wrong_id(before: &Facts, after: &Facts, mutation: &Mutation) -> Option<Finding> {
    let differing = |name: &str, wanted: Option<String>, found: Option<String>| {
        let show = |id: Option<String>| format!("{name} = {}", id.as_deref().unwrap_or("none"));
        (wanted != found).then(|| Finding::new(show(wanted), show(found)))
    };
    let of_request = mutation.request_id().or(before.request_id.as_ref());
    let of_stream = mutation.stream_id().or(before.stream_id);
    let shown = |id: Option<u64>| id.map(|id| id.to_string());
    differing(
        "request_id",
        of_request.map(show_id),
        after.request_id.as_ref().map(show_id),
    )
    .or_else(|| differing("stream_id", shown(of_stream), shown(after.stream_id)))
}

/// What the mutation does not name must be as it was.
fn untouched(
    subject: &Subject,
    before: &Facts,
    after: &Facts,
    mutation: &Mutation,
) -> Option<Finding> {
    let named = |key: &str| {
        let mut changes = mutation.changes();
        changes.any(|(name, _)| name.eq_ignore_ascii_case(key))
            || mutation.stream_id().is_some() && is_stream_id(subject, before, key)
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
            "kind = {}, status = {:?}, operation = {:?}",
            facts.kind, facts.status, facts.operation
        )
    };
    (typed(before) != typed(after)).then(|| Finding::new(typed(before), typed(after)))
}

/// Whether the field behind a property is also the id of the stream.
fn is_stream_id(subject: &Subject, facts: &Facts, key: &str) -> bool {
    let schema = subject.schema(facts.direction);
    match schema.and_then(|schema| schema.find(|role| *role == Role::StreamId)) {
        Some(field) => field
            .roles
            .iter()
            .any(|role| matches!(role, Role::Property(name) if name.eq_ignore_ascii_case(key))),
        None => facts.stream_id.map(|id| id.to_string()).as_deref() == facts.get(key),
    }
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
