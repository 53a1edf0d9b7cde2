//! The page that sets the headers side by side.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::lines::code_lines;

const HEADERS: [&str; 16] = [
    "awesomerpc",
    "dubbo",
    "brpc",
    "trpc",
    "thrift",
    "theader",
    "bolt",
    "kafka",
    "mqtt",
    "amqp",
    "postgres",
    "mysql",
    "cassandra",
    "mongodb",
    "memcached",
    "websocket",
];

/// What several headers of a library share: counted once.
const SHARED_IN_DEKU: [&str; 2] = ["text", "varint"];
const SHARED_IN_BINRW: [&str; 2] = ["size", "varint"];

/// A file, as far as the table tells.
struct Source {
    lines: usize,
    not_said: Vec<String>,
}

/// A header, as each library has it.
struct Header {
    name: &'static str,
    ours: Option<Source>,
    deku: Source,
    binrw: Source,
}

/// The page, from the sources below the root of the repository.
///
/// # Errors
///
/// A source that is there cannot be read or is not Rust; one of a rival is missing.
pub(crate) fn page(root: &Path) -> Result<String> {
    let ours = root.join("examples/gauntlet/src");
    let deku = root.join("bench/headers/src/deku");
    let binrw = root.join("bench/headers/src/binrw");
    let headers = HEADERS.iter().map(|name| {
        Ok(Header {
            name,
            ours: read(&ours, name)?,
            deku: required(&deku, name)?,
            binrw: required(&binrw, name)?,
        })
    });
    let mut headers = headers.collect::<Result<Vec<_>>>()?;
    let never_in_deku = take_common(headers.iter_mut().map(|header| &mut header.deku).collect());
    let never_in_binrw = take_common(headers.iter_mut().map(|header| &mut header.binrw).collect());
    let shared = [
        Some(0),
        Some(lines_of(&deku, &SHARED_IN_DEKU)?),
        Some(lines_of(&binrw, &SHARED_IN_BINRW)?),
    ];

    let versions = Versions::read(root)?;
    let mut page = format!(
        "# Sixteen headers, three ways\n\
         \n\
         The same headers with this SDK (`examples/gauntlet/src/`), with deku {} and with binrw {}\n\
         (`bench/headers/src/`), each written as the documentation of the library would have it, and tested on the same\n\
         messages. This page is generated: `cargo run --manifest-path bench/headers/Cargo.toml -- lines` writes it,\n\
         `-- lines --check` compares.\n\
         \n\
         Counted are lines of code as prettyplease formats them: no blank lines, comments, `use` or tests. The counts\n\
         follow from the sources alone, on any machine. A dash stands for a header that is not there. What several\n\
         headers of a rival share is counted once, in a row of its own; with this SDK it is part of the library.\n",
        versions.deku, versions.binrw
    );
    common(&mut page, "deku", &never_in_deku)?;
    common(&mut page, "binrw", &never_in_binrw)?;
    page += "\n\
             | header | ours | deku | binrw | what deku could not say | what binrw could not say |\n\
             |---|--:|--:|--:|---|---|\n";
    let mut totals = shared;
    for header in &headers {
        let Header {
            name,
            ours,
            deku,
            binrw,
        } = header;
        let counts = [
            ours.as_ref().map(|ours| ours.lines),
            Some(deku.lines),
            Some(binrw.lines),
        ];
        row(&mut page, name, counts, &deku.not_said, &binrw.not_said)?;
        for (total, count) in totals.iter_mut().zip(counts) {
            *total = total.zip(count).map(|(total, count)| total + count);
        }
    }
    row(&mut page, "*shared*", shared, &[], &[])?;
    row(&mut page, "**total**", totals, &[], &[])?;
    Ok(page)
}

/// Takes out what all of them say.
fn take_common(mut sources: Vec<&mut Source>) -> Vec<String> {
    let mut common = sources[0].not_said.clone();
    common.retain(|one| sources.iter().all(|source| source.not_said.contains(one)));
    for source in &mut sources {
        source.not_said.retain(|one| !common.contains(one));
    }
    common
}

fn common(page: &mut String, library: &str, not_said: &[String]) -> Result<()> {
    writeln!(page, "\nWhat {library} could not say in any of them:\n")?;
    for one in not_said {
        writeln!(page, "* {one}")?;
    }
    Ok(())
}

fn row(
    page: &mut String,
    name: &str,
    counts: [Option<usize>; 3],
    not_in_deku: &[String],
    not_in_binrw: &[String],
) -> Result<()> {
    let [ours, deku, binrw] = counts.map(|count| match count {
        Some(count) => count.to_string(),
        None => "–".into(),
    });
    let not_in_deku = not_in_deku.join("<br>");
    let not_in_binrw = not_in_binrw.join("<br>");
    writeln!(
        page,
        "| {name} | {ours} | {deku} | {binrw} | {not_in_deku} | {not_in_binrw} |"
    )?;
    Ok(())
}

fn lines_of(folder: &Path, names: &[&str]) -> Result<usize> {
    names
        .iter()
        .map(|name| Ok(required(folder, name)?.lines))
        .sum()
}

fn required(folder: &Path, name: &str) -> Result<Source> {
    read(folder, name)?.with_context(|| format!("{name}.rs is missing"))
}

/// `None` where there is no such file.
fn read(folder: &Path, name: &str) -> Result<Option<Source>> {
    let path = folder.join(name).with_extension("rs");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("{name}.rs"))?;
    let not_said = text
        .lines()
        .filter_map(|line| line.strip_prefix("//! Not said: "));
    Ok(Some(Source {
        lines: code_lines(&text).with_context(|| format!("{name}.rs"))?,
        not_said: not_said.map(String::from).collect(),
    }))
}

/// The rivals, as `Cargo.lock` has them.
struct Versions {
    deku: String,
    binrw: String,
}

impl Versions {
    fn read(root: &Path) -> Result<Self> {
        let lock = std::fs::read_to_string(root.join("bench/headers/Cargo.lock"))?;
        let lock: toml::Table = lock.parse()?;
        let packages = lock["package"].as_array().context("packages")?;
        let version = |name: &str| {
            let package = packages
                .iter()
                .find(|one| one["name"].as_str() == Some(name));
            let version = package.and_then(|package| package["version"].as_str());
            version
                .map(String::from)
                .with_context(|| format!("{name} in Cargo.lock"))
        };
        Ok(Self {
            deku: version("deku")?,
            binrw: version("binrw")?,
        })
    }
}
