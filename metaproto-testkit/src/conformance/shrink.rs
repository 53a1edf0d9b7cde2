//! A failing case made smaller: fewer frames, fewer chunks, shorter bodies, fewer changes.

use std::sync::Arc;

use metaproto_codec::{Change, Mutation};

use super::case::{Case, Frame, Truth};
use super::finding::Finding;
use super::rule::Check;
use super::subject::Subject;
use crate::layout;

/// Attempts after which the smallest case so far is good enough.
const ATTEMPTS: usize = 2000;

/// The smallest case found that still breaks the rule, and what is wrong with it.
pub(crate) fn shrink(
    subject: &Subject,
    case: Case,
    finding: Finding,
    check: fn(&Subject, &Case) -> Check,
) -> (Case, Finding) {
    let (mut case, mut finding) = (case, finding);
    let mut left = ATTEMPTS;
    'again: loop {
        for candidate in candidates(subject, &case) {
            if left == 0 {
                break 'again;
            }
            left -= 1;
            if let Err(smaller) = check(subject, &candidate) {
                (case, finding) = (candidate, smaller);
                continue 'again;
            }
        }
        break;
    }
    (case, finding)
}

/// Simpler cases, the most drastic first.
fn candidates(subject: &Subject, case: &Case) -> Vec<Case> {
    let mut simpler = Vec::new();
    for index in 0..case.frames.len() {
        if case.frames.len() > 1 {
            let mut fewer = case.clone();
            fewer.frames.remove(index);
            simpler.push(fewer);
        }
    }
    for index in 0..case.before.len() {
        let mut fewer = case.clone();
        fewer.before.remove(index);
        simpler.push(fewer);
    }
    simpler.extend(fewer_chunks(case));
    simpler.extend(fewer_changes(case));
    if let Some((error, text)) = case.reply.as_ref().filter(|(_, text)| !text.is_empty()) {
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        for shorter in [String::new(), half] {
            simpler.push(case.clone().answered(*error, shorter));
        }
    }
    for index in 0..case.frames.len() {
        for frame in smaller_frames(subject, case, &case.frames[index]) {
            let mut smaller = case.clone();
            smaller.frames[index] = frame;
            simpler.push(smaller);
        }
    }
    for index in 0..case.before.len() {
        for frame in smaller_frames(subject, case, &case.before[index]) {
            let mut smaller = case.clone();
            smaller.before[index] = frame;
            simpler.push(smaller);
        }
    }
    simpler
}

fn fewer_chunks(case: &Case) -> Vec<Case> {
    let cuts = case.cuts();
    let mut fewer = Vec::new();
    if cuts.len() > 1 {
        fewer.extend(cuts.iter().map(|cut| case.clone().cut([*cut])));
        for skipped in cuts.iter().step_by((cuts.len() / 16).max(1)) {
            let kept = cuts.iter().filter(|cut| *cut != skipped);
            let mut at = 0;
            let sizes = kept.map(|cut| {
                let size = cut - at;
                at = *cut;
                size
            });
            fewer.push(case.clone().cut(sizes.collect::<Vec<_>>()));
        }
    }
    fewer
}

fn fewer_changes(case: &Case) -> Vec<Case> {
    let changes: Vec<_> = case.mutation.changes().collect();
    let rebuild = |changes: &[(&str, Change<'_>)]| {
        let mut mutation =
            changes
                .iter()
                .fold(Mutation::new(), |all, (key, change)| match change {
                    Change::Set(value) => all.set(*key, *value),
                    Change::Remove => all.remove(*key),
                });
        if let Some(id) = case.mutation.request_id() {
            mutation.set_request_id(id.clone());
        }
        if let Some(id) = case.mutation.stream_id() {
            mutation.set_stream_id(id);
        }
        case.clone().mutated(mutation)
    };
    let mut fewer = Vec::new();
    if changes.len() > 1 {
        let half = changes.len() / 2;
        fewer.extend([rebuild(&changes[..half]), rebuild(&changes[half..])]);
        for index in 0..changes.len().min(16) {
            let mut without = changes.clone();
            without.remove(index);
            fewer.push(rebuild(&without));
        }
    }
    for (index, (key, change)) in changes.iter().enumerate().take(16) {
        let Change::Set(value) = change else { continue };
        let count = value.chars().count();
        let shorter = [count / 2, count.saturating_sub(1)];
        for length in shorter
            .into_iter()
            .filter(|length| count > 1 && *length < count)
        {
            let value: String = value.chars().take(length).collect();
            let mut changed = changes.clone();
            changed[index] = (*key, Change::Set(&value));
            fewer.push(rebuild(&changed));
        }
    }
    fewer
}

/// Simpler frames of the same kind of truth: by the schema, valid messages stay valid; other bytes are cut.
fn smaller_frames(subject: &Subject, case: &Case, frame: &Frame) -> Vec<Frame> {
    let rename = |bytes: Vec<u8>, truth: Truth| {
        let origin: Arc<str> = match frame.origin.strip_suffix(", made smaller") {
            Some(_) => Arc::clone(&frame.origin),
            None => format!("{}, made smaller", frame.origin).into(),
        };
        Frame::new(bytes, truth, origin)
    };
    match (&frame.truth, subject.schema(case.direction)) {
        (Truth::Valid(_), Some(schema)) => {
            let layout::Outcome::Message(message, _) =
                layout::read(schema, case.direction, &frame.bytes).outcome
            else {
                return Vec::new();
            };
            let made = layout::shrink(&message).filter_map(|smaller| {
                let bytes = layout::write(&smaller, &[]);
                match layout::read(schema, case.direction, &bytes).outcome {
                    layout::Outcome::Message(_, facts)
                        if facts.length == bytes.len() && bytes != frame.bytes =>
                    {
                        Some(rename(bytes, Truth::Valid(Some(Arc::new(facts)))))
                    }
                    _ => None,
                }
            });
            made.take(64).collect()
        }
        (Truth::Valid(_), None) => Vec::new(),
        _ => {
            let length = frame.bytes.len();
            let lengths = [0, length / 2, length.saturating_sub(1)];
            let shorter = lengths.into_iter().filter(|shorter| *shorter < length);
            shorter
                .map(|shorter| rename(frame.bytes[..shorter].to_vec(), Truth::Unknown))
                .collect()
        }
    }
}
