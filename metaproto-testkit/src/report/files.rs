//! The files of a report, written so that several processes can do it at the same time.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::merge::merge;
use super::{Report, RuleReport, html, junit};

/// Writes `report` into `dir`, which is made if need be, in place of what was there, and lists it in `index.html`.
///
/// A codec whose name is no file name, as one with type parameters, gets a file name with `_` in the place of the
/// characters at fault and a digest of the whole name.
///
/// # Errors
///
/// What the file system says.
pub fn write(dir: &Path, report: &Report) -> io::Result<()> {
    let _lock = lock(dir)?;
    let stem = stem(report);
    // The report is whole: no later rule of any run belongs to it.
    remove(&dir.join(run_mark(&stem)))?;
    render(dir, &stem, report)
}

/// Adds one rule to the report of `head`'s codec in `dir`, for runs whose rules run in processes of their own.
///
/// What an earlier run left is thrown away; `run` tells runs apart, for instance `NEXTEST_RUN_ID` or the id of the
/// process. Of `head`, everything but the rules is taken. `order` holds the ids of all rules of the catalogue: rules are
/// reported in this order, and those that have not been recorded are reported as not run. When all processes of a run
/// are done, the files are the same whoever came first.
///
/// # Errors
///
/// What the file system says.
pub fn record(
    dir: &Path,
    head: &Report,
    rule: RuleReport,
    order: &[&str],
    run: &str,
) -> io::Result<()> {
    let _lock = lock(dir)?;
    let stem = stem(head);
    let mark = run_mark(&stem);
    let going_on = fs::read(dir.join(&mark)).is_ok_and(|found| found == run.as_bytes());
    let earlier = if going_on {
        load(&dir.join(format!("{stem}.json")))
            .filter(|found| found.codec == head.codec && found.package == head.package)
    } else {
        None
    };
    render(dir, &stem, &merge(head, earlier, rule, order))?;
    if !going_on {
        replace(dir, &mark, run)?;
    }
    Ok(())
}

/// Writes all files of one report, and the index.
fn render(dir: &Path, stem: &str, report: &Report) -> io::Result<()> {
    let json = serde_json::to_string_pretty(report)? + "\n";
    replace(dir, &format!("{stem}.json"), &json)?;
    replace(dir, &format!("{stem}.xml"), &junit::render(report)?)?;
    replace(dir, &format!("{stem}.html"), &html::page(report))?;
    replace(dir, "index.html", &html::index(&all(dir)?))
}

/// All reports in `dir` with the names of their files, sorted by these.
fn all(dir: &Path) -> io::Result<Vec<(String, Report)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        // Other tools may keep their files here too. A report is known by its content and its name.
        let Some(report) = load(&path) else { continue };
        let stem = stem(&report);
        if path.file_stem().is_some_and(|name| name == stem.as_str()) {
            found.push((stem, report));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// The report in a file, if there is one.
fn load(path: &Path) -> Option<Report> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Holds the directory until it is dropped; also against other threads, as each opens the file anew.
fn lock(dir: &Path) -> io::Result<File> {
    fs::create_dir_all(dir)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join(".lock"))?;
    file.lock()?;
    Ok(file)
}

/// Puts a file in the place of another at once, so that readers see the old one or the new one. Needs the lock.
fn replace(dir: &Path, name: &str, content: &str) -> io::Result<()> {
    let temporary = dir.join(".writing");
    fs::write(&temporary, content)?;
    fs::rename(temporary, dir.join(name))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Name of the hidden file that says to which run the report belongs. It is kept apart for the report to be the same in
/// every run.
fn run_mark(stem: &str) -> String {
    format!(".{stem}.run")
}

/// `package-codec` as a file name without extension.
fn stem(report: &Report) -> String {
    /// Characters of a name; file systems take 255 bytes.
    const MAX: usize = 120;

    let full = format!("{}-{}", report.package, report.codec);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if full.len() <= MAX && full.chars().all(plain) && !full.starts_with('.') {
        return full;
    }
    let short: String = full
        .chars()
        .take(MAX)
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    format!("{}-{:08x}", short.trim_start_matches('.'), digest(&full))
}

/// FNV-1a: stable in all versions and on all machines, which the standard library's hasher does not promise.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
