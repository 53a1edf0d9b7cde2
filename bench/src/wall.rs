//! Wall clock, as ratios of runs that took turns within one process.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::task::{Run, Task};

/// How long an operation takes, its loop included.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Wall {
    /// Of all rounds the median of the ratio to `hand` in the same round.
    pub(crate) median_ratio: f64,
    /// The fastest round by the fastest of `hand`.
    pub(crate) min_ratio: f64,
    /// Of the fastest round.
    pub(crate) nanoseconds: f64,
}

/// Rounds, in each of which every contender runs once.
const ROUNDS: usize = 41;

/// How long a contender runs in a round, at least.
const SLICE: Duration = Duration::from_micros(800);

/// Times all contenders of a task, in their order. The first one is `hand`.
pub(crate) fn time(task: &Task) -> Vec<Wall> {
    let turns: Vec<u64> = task.contenders.iter().map(|it| enough(&it.run)).collect();
    let mut rounds = vec![Vec::with_capacity(ROUNDS); task.contenders.len()];
    for _ in 0..ROUNDS {
        for ((contender, turns), rounds) in task.contenders.iter().zip(&turns).zip(&mut rounds) {
            let taken = taken(&contender.run, *turns).as_secs_f64() * 1e9;
            rounds.push(taken / (turns * task.operations) as f64);
        }
    }
    let hand = rounds.first().cloned().unwrap_or_default();
    rounds.iter().map(|own| summary(own, &hand)).collect()
}

fn summary(own: &[f64], hand: &[f64]) -> Wall {
    let ratios = sorted(own.iter().zip(hand).map(|(own, hand)| own / hand).collect());
    let fastest = |rounds: &[f64]| rounds.iter().copied().fold(f64::INFINITY, f64::min);
    Wall {
        median_ratio: ratios[ratios.len() / 2],
        min_ratio: fastest(own) / fastest(hand),
        nanoseconds: fastest(own),
    }
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The turns that fill a slice of time.
fn enough(run: &Run) -> u64 {
    let mut turns = 1;
    while taken(run, turns) < SLICE {
        turns *= 2;
    }
    turns
}

fn taken(run: &Run, turns: u64) -> Duration {
    let start = Instant::now();
    run(turns);
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_rounds_and_the_least_of_the_fastest() {
        let wall = summary(&[2.0, 20.0, 9.0], &[1.0, 10.0, 3.0]);
        assert_eq!((wall.median_ratio, wall.min_ratio), (2.0, 2.0));
        assert_eq!(wall.nanoseconds, 2.0);
        let wall = summary(&[4.0, 3.0, 6.0], &[2.0, 1.0, 9.0]);
        assert_eq!((wall.median_ratio, wall.min_ratio), (2.0, 3.0));
    }
}
