//! A record as a page.

use std::fmt::Write as _;

use crate::w6::{Build, TARGET};

use super::{Figures, Measured, Record, Verdict};

/// The page: where it was made, a table for every task, and the targets.
pub(super) fn render(record: &Record, suffix: &str) -> String {
    let machine = &record.machine;
    let only: String = suffix.replace('-', " --only ");
    let rivals: Vec<String> = machine
        .rivals
        .iter()
        .map(|rival| format!("{} {}", rival.name, rival.version))
        .collect();
    let mut page = format!(
        "# Record of {}\n\n\
         `cargo run --release --manifest-path bench/Cargo.toml -- record{only}`\n\n\
         - machine: {}, {} cores, Linux {}; load {} at the start\n\
         - {}, {}, fat LTO, one codegen unit\n\
         - commit {}\n\
         - rivals: {}\n\n\
         Instructions, allocations, bytes allocated and bytes copied are for one operation and net of the measuring \
         loop. The ratio is that of instructions to the first contender, which is `hand` where there is one. Wall clock is that of an operation with its loop: the \
         ratio to the first of the same round, median; that of the fastest rounds; and the fastest round.\n",
        machine.date,
        machine.cpu,
        machine.cores,
        machine.kernel,
        machine.load,
        machine.rustc,
        machine.valgrind,
        machine.commit,
        rivals.join(", "),
    );
    for task in &record.tasks {
        table(&mut page, task);
    }
    builds(&mut page, &record.builds);
    targets(&mut page, &record.targets);
    page
}

fn table(page: &mut String, task: &Measured) {
    let _ = write!(
        page,
        "\n## {}\n\n{}.\n\n\
         | contender | instructions | ratio | allocations | allocated | copied | wall, median | fastest | ns |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        task.name, task.about
    );
    for Figures {
        name,
        counts,
        ratio,
        wall,
    } in &task.contenders
    {
        let _ = writeln!(
            page,
            "| {name} | {} | {ratio:.2} | {} | {} | {} | {:.2} | {:.2} | {:.1} |",
            number(counts.instructions),
            number(counts.allocations),
            number(counts.allocated),
            number(counts.copied),
            wall.median_ratio,
            wall.min_ratio,
            wall.nanoseconds,
        );
    }
}

fn builds(page: &mut String, builds: &[Build]) {
    if builds.is_empty() {
        return;
    }
    page.push_str(
        "\n## w6\n\n\
         Build a crate of 50 derived structs with 10 fields each, dependencies being there. CPU seconds of cargo and \
         rustc, user and system, the least of three.\n\n\
         | contender | release | check | |\n|---|--:|--:|---|\n",
    );
    for Build {
        name,
        release,
        check,
    } in builds
    {
        let outcome = match (*name == TARGET.name, within(*release, *check)) {
            (false, _) => "",
            (true, true) => "met",
            (true, false) => "**missed**",
        };
        let _ = writeln!(page, "| {name} | {release:.2} | {check:.2} | {outcome} |");
    }
    let _ = writeln!(
        page,
        "\nTarget of {}: at most {:.2} to build and {:.2} to check.",
        TARGET.name, TARGET.release, TARGET.check
    );
}

fn within(release: f64, check: f64) -> bool {
    release <= TARGET.release && check <= TARGET.check
}

fn targets(page: &mut String, verdicts: &[Verdict]) {
    if verdicts.is_empty() {
        return;
    }
    page.push_str(
        "\n## Targets\n\n\
         | task | contender | instructions at most | found | hand | limit | allocations at most | found | copied at most | found | |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for verdict in verdicts {
        let found = |get: fn(&crate::valgrind::Counts) -> f64| {
            verdict
                .found
                .as_ref()
                .map_or("-".into(), |counts| number(get(counts)))
        };
        let outcome = match (verdict.met, verdict.found) {
            (true, _) => "met",
            (false, Some(_)) => "**missed**",
            (false, None) => "not there yet",
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {outcome} |",
            verdict.task,
            verdict.contender,
            number(verdict.instructions),
            found(|counts| counts.instructions),
            verdict.hand.map_or("-".into(), number),
            verdict.limit.map_or("-".into(), number),
            number(verdict.allocations),
            found(|counts| counts.allocations),
            verdict.copied.map_or("-".into(), number),
            found(|counts| counts.copied),
        );
    }
}

/// With as many digits as say something: `1,234`, `27.4`, `0.0012`, `0`.
fn number(value: f64) -> String {
    match value {
        value if value.abs() < 0.00005 => "0".into(),
        value if value.abs() < 0.1 => format!("{value:.4}"),
        value if value.abs() < 1000.0 => {
            let text = format!("{value:.1}");
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        }
        value => grouped(value),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let values = [0.0, 0.00012, 1.0, 27.44, 1234.4, 35_800_000.0];
        let texts = ["0", "0.0001", "1", "27.4", "1,234", "35,800,000"];
        assert_eq!(values.map(number), texts);
    }
}
