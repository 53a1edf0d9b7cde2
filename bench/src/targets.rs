//! What ours is to reach.

use crate::valgrind::Counts;

/// The most that a contender of ours may cost in a task.
pub(crate) struct Target {
    pub(crate) task: &'static str,
    pub(crate) contender: &'static str,
    pub(crate) instructions: Bound,
    pub(crate) allocations: f64,
    /// Bytes copied, where they are bounded.
    pub(crate) copied: Option<f64>,
}

/// A bound of instructions.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    /// By what `hand` needs in the same run.
    TimesHand(f64),
    /// By what the better of `hand` and `limit` needs.
    TimesBest(f64),
}
use Bound::{AtMost, TimesBest, TimesHand};

/// Fewer allocations an operation count as none: that is a buffer which grows now and then.
const AMORTISED: f64 = 0.001;

/// All of them, in the order of the workloads.
pub(crate) const TARGETS: &[Target] = &[
    target("w1-decode", "ours view", AtMost(17.0)),
    target("w1-one-field", "ours view", AtMost(5.0)),
    target("w1-all-fields", "ours view", AtMost(18.0)),
    target("w1-encode", "ours", AtMost(29.0)).copying(),
    target("w2-decode", "ours view", AtMost(27.0)),
    target("w2-encode", "ours", AtMost(37.0)).copying(),
    target("w3-borrow", "ours view", AtMost(375.0)),
    target("w3-borrow-long", "ours view", AtMost(750.0)),
    target("w3-borrow-unicode", "ours view", TimesHand(1.1)),
    // One allocation, and the message is copied once.
    Target {
        allocations: 1.0,
        copied: Some(366.0),
        ..target("w3-own", "ours owned", AtMost(675.0))
    },
    target("w3-share", "ours view", TimesHand(1.0)),
    target("w3-encode", "ours", AtMost(690.0)).copying(),
    target("w4-65536", "ours in place", AtMost(28.0)),
    target("w4-65536", "ours session", AtMost(140.0)).copying(),
    target("w4-1460", "ours in place", AtMost(38.0)).copying(),
    target("w4-1460", "ours session", AtMost(150.0)).copying(),
    target("w4-64", "ours in place", TimesHand(1.0)).copying(),
    target("w4-64", "ours session", TimesHand(2.0)).copying(),
    target("w4-7", "ours in place", TimesBest(1.0)).copying(),
    target("w4-7", "ours session", TimesBest(2.0)).copying(),
    target("w4-1", "ours in place", TimesBest(1.0)).copying(),
    target("w4-1", "ours session", TimesBest(2.0)).copying(),
    target("w5-shared", "ours patch", AtMost(27.0)),
    target("w5-exclusive", "ours patch", AtMost(19.0)),
    // A codec that reads a whole message allocates nothing; what it costs is what it has cost, with room for the compiler.
    target("w8-dubbo-decode", "ours", AtMost(7200.0)).copying(),
    target("w8-dubbo-16-decode", "ours", AtMost(14000.0)).copying(),
    target("w8-thrift-binary-decode", "ours", AtMost(4100.0)).copying(),
    target("w8-thrift-compact-decode", "ours", AtMost(4300.0)).copying(),
    target("w8-thrift-unframed-decode", "ours", AtMost(3500.0)).copying(),
    target("w8-thrift-theader-decode", "ours", AtMost(10800.0)).copying(),
    target("w8-brpc-decode", "ours", AtMost(6800.0)).copying(),
    target("w8-trpc-decode", "ours", AtMost(4100.0)).copying(),
];

/// A target without allocations or copies.
const fn target(task: &'static str, contender: &'static str, instructions: Bound) -> Target {
    Target {
        task,
        contender,
        instructions,
        allocations: 0.0,
        copied: Some(0.0),
    }
}

impl Target {
    /// The same, with copies allowed: of texts and bodies that are written, of messages that straddle chunks.
    const fn copying(mut self) -> Self {
        self.copied = None;
        self
    }

    /// The most instructions, where `hand` and `limit` need so many.
    pub(crate) fn instructions(&self, hand: f64, limit: Option<f64>) -> f64 {
        match self.instructions {
            AtMost(most) => most,
            TimesHand(times) => times * hand,
            TimesBest(times) => times * limit.unwrap_or(hand).min(hand),
        }
    }

    /// Whether `counts` are within the target, with so many instructions at most.
    pub(crate) fn is_met(&self, counts: &Counts, instructions: f64) -> bool {
        counts.instructions <= instructions
            && counts.allocations <= self.allocations + AMORTISED
            && self.copied.is_none_or(|most| counts.copied <= most + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_missed_for_each_of_its_reasons() {
        let target = target("w4-7", "ours session", AtMost(20.0));
        let fine = Counts {
            instructions: 20.0,
            ..Counts::default()
        };
        let is_met = |counts: Counts| target.is_met(&counts, target.instructions(0.0, None));
        assert!(is_met(fine));
        let instructions = 20.1;
        assert!(!is_met(Counts {
            instructions,
            ..fine
        }));
        let allocations = 1.0;
        assert!(!is_met(Counts {
            allocations,
            ..fine
        }));
        let copied = Counts {
            copied: 100.0,
            ..fine
        };
        assert!(!is_met(copied));
        assert!(target.copying().is_met(&copied, 20.0));
    }

    #[test]
    fn bounds_follow_hand_and_limit() {
        let most = |bound| target("", "", bound).instructions(10.0, Some(6.0));
        assert_eq!(most(AtMost(7.0)), 7.0);
        assert_eq!(most(TimesHand(2.0)), 20.0);
        assert_eq!(most(TimesBest(2.0)), 12.0);
        assert_eq!(
            target("", "", TimesBest(2.0)).instructions(10.0, None),
            20.0
        );
    }
}
