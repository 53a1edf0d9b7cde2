//! Adding one rule to what other processes of the same run have reported.
//!
//! The outcome must not depend on who came first, so everything here is commutative: counts take the larger, lists the
//! union.

use super::{Branch, Coverage, KindCoverage, Report, RuleReport, VectorCount};

/// The report that says what `head`, `earlier` and `rule` say. The rules of `head` are not looked at.
pub(super) fn merge(
    head: &Report,
    earlier: Option<Report>,
    rule: RuleReport,
    order: &[&str],
) -> Report {
    let mut report = Report {
        rules: Vec::new(),
        ..head.clone()
    };
    if let Some(earlier) = earlier {
        report.rules = earlier.rules;
        report.vectors = larger(head.vectors, earlier.vectors);
        report.coverage = union(&head.coverage, &earlier.coverage);
    }
    report.rules.retain(|other| other.id != rule.id);
    report.rules.push(rule);
    let place = |id: &str| order.iter().position(|other| *other == id);
    report.rules.sort_by(|a, b| {
        let unknown_last = |id| place(id).unwrap_or(order.len());
        unknown_last(&a.id)
            .cmp(&unknown_last(&b.id))
            .then_with(|| a.id.cmp(&b.id))
    });
    report.not_run = order
        .iter()
        .filter(|id| report.rules.iter().all(|rule| rule.id != **id))
        .map(|id| (*id).to_owned())
        .collect();
    report
}

fn larger(a: VectorCount, b: VectorCount) -> VectorCount {
    VectorCount {
        files: a.files.max(b.files),
        messages: a.messages.max(b.messages),
        rejects: a.rejects.max(b.rejects),
    }
}

fn union(a: &Coverage, b: &Coverage) -> Coverage {
    Coverage {
        kinds: union_of(&a.kinds, &b.kinds),
        branches: union_of(&a.branches, &b.branches),
    }
}

/// A row of a coverage table.
trait Row: Clone {
    /// What the row is about.
    fn key(&self) -> (&str, &str);
    /// Takes over what `other` says of the same thing.
    fn absorb(&mut self, other: &Self);
}

impl Row for KindCoverage {
    fn key(&self) -> (&str, &str) {
        (&self.direction, &self.kind)
    }

    fn absorb(&mut self, other: &Self) {
        self.declared |= other.declared;
        self.vectors = self.vectors.max(other.vectors);
        self.generated = self.generated.max(other.generated);
    }
}

impl Row for Branch {
    fn key(&self) -> (&str, &str) {
        (&self.direction, &self.path)
    }

    fn absorb(&mut self, other: &Self) {
        self.vectors = self.vectors.max(other.vectors);
        self.generated = self.generated.max(other.generated);
    }
}

/// The rows of both. Equal lists keep their order; otherwise no order is better than the other, and the rows are sorted.
fn union_of<R: Row>(a: &[R], b: &[R]) -> Vec<R> {
    let mut rows = a.to_vec();
    let same = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key() == b.key());
    for row in b {
        match rows.iter_mut().find(|other| other.key() == row.key()) {
            Some(other) => other.absorb(row),
            None => rows.push(row.clone()),
        }
    }
    if !same {
        rows.sort_by(|a, b| a.key().cmp(&b.key()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_does_not_depend_on_who_came_first() {
        let branch = |path: &str, generated| Branch {
            direction: "request".into(),
            path: path.into(),
            vectors: 0,
            generated,
        };
        let lists = [
            vec![branch("b", 1), branch("a", 2)],
            vec![branch("b", 3), branch("a", 0)],
            vec![branch("c", 1)],
        ];
        let mut outcomes = Vec::new();
        for order in [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ] {
            let first = lists[order[0]].clone();
            outcomes.push(
                order[1..]
                    .iter()
                    .fold(first, |rows, next| union_of(&lists[*next], &rows)),
            );
        }
        let expected = vec![branch("a", 2), branch("b", 3), branch("c", 1)];
        assert!(
            outcomes.iter().all(|rows| *rows == expected),
            "{outcomes:?}"
        );
        let kept = union_of(&lists[0], &lists[1]);
        assert_eq!(kept, [branch("b", 3), branch("a", 2)]);
    }
}
