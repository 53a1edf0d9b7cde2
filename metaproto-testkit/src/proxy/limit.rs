//! A token bucket over a clock that its caller reads.

use std::time::{Duration, Instant};

use super::config::TokenBucket;

/// The tokens of one route.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: TokenBucket,
    tokens: u64,
    /// The last moment at which a fill was due.
    filled: Instant,
}

impl Bucket {
    pub(super) fn new(limit: TokenBucket, now: Instant) -> Self {
        Self {
            limit,
            tokens: limit.max_tokens.into(),
            filled: now,
        }
    }

    /// Takes one token, if there is one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let taken = self.tokens > 0;
        self.tokens = self.tokens.saturating_sub(1);
        taken
    }

    fn fill(&mut self, now: Instant) {
        let interval = Duration::from_millis(self.limit.fill_interval_ms.max(1));
        let elapsed = now.saturating_duration_since(self.filled);
        let fills = elapsed.as_nanos() / interval.as_nanos();
        if fills == 0 {
            return;
        }
        let rest = u64::try_from(elapsed.as_nanos() % interval.as_nanos()).unwrap_or(0);
        let rest = Duration::from_nanos(rest);
        self.filled = now.checked_sub(rest).unwrap_or(now);
        let fills = u64::try_from(fills).unwrap_or(u64::MAX);
        let added = fills.saturating_mul(self.limit.tokens_per_fill.into());
        self.tokens = self
            .tokens
            .saturating_add(added)
            .min(self.limit.max_tokens.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spends_then_fills_at_intervals() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let limit = TokenBucket {
            max_tokens: 3,
            tokens_per_fill: 2,
            fill_interval_ms: 100,
        };
        let mut bucket = Bucket::new(limit, start);
        let taken = |bucket: &mut Bucket, ms| (0..9).filter(|_| bucket.take(at(ms))).count();
        assert_eq!(taken(&mut bucket, 0), 3);
        assert_eq!(taken(&mut bucket, 99), 0);
        assert_eq!(taken(&mut bucket, 150), 2);
        assert_eq!(
            taken(&mut bucket, 199),
            0,
            "the half interval before is not lost"
        );
        assert_eq!(taken(&mut bucket, 200), 2);
        assert_eq!(taken(&mut bucket, 9_000), 3, "never above the maximum");
        assert_eq!(
            taken(&mut bucket, 0),
            0,
            "a clock that goes back fills nothing"
        );
    }
}
