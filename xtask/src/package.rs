//! What goes to crates.io: what each package must say and hold, and `cargo xtask package`, a publication without the upload.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, Package};

use crate::summary::Summary;
use crate::{cargo, check};

/// Files that go with every package.
const FILES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Packs every package and builds it from what was packed, in the order of dependencies.
pub(crate) fn run() -> Summary {
    let mut summary = Summary::default();
    summary.step("packages", || {
        let args = ["publish", "--workspace", "--dry-run", "--all-features"];
        // What is not committed is packed as well: this uploads nothing.
        check(cargo(&args).arg("--allow-dirty"))
    });
    summary
}

/// One sentence for each thing that a package lacks. Nothing is built.
pub(crate) fn lacks(metadata: &Metadata) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for package in published(metadata) {
        let files = files(&package.name)?;
        let lacks = unsaid(package).into_iter().chain(missing(&files));
        found.extend(lacks.map(|what| format!("{} has no {what}", package.name)));
    }
    Ok(found)
}

/// The packages that are published, all others say `publish = false`.
pub(crate) fn published(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    let members = metadata.workspace_packages().into_iter();
    members.filter(|package| package.publish.is_none())
}

/// What its manifest does not say.
fn unsaid(package: &Package) -> Vec<&'static str> {
    let said = [
        ("description", package.description.is_some()),
        ("documentation", package.documentation.is_some()),
        ("readme", package.readme.is_some()),
        ("license", package.license.is_some()),
        ("rust-version", package.rust_version.is_some()),
        ("keywords", !package.keywords.is_empty()),
        ("categories", !package.categories.is_empty()),
    ];
    let unsaid = said.into_iter().filter(|(_, is_said)| !is_said);
    unsaid.map(|(what, _)| what).collect()
}

fn missing(files: &str) -> impl Iterator<Item = &'static str> {
    let is_there = |file: &&str| files.lines().any(|line| line == *file);
    FILES.into_iter().filter(move |file| !is_there(file))
}

/// The names of the files that would be packed.
fn files(package: &str) -> Result<String> {
    let args = ["package", "--list", "--allow-dirty", "--package", package];
    let output = Command::output(&mut cargo(&args)).context("cargo package")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{package}: {errors}");
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let files = "Cargo.toml\nLICENSE-MIT\nsrc/README.md\n";
        let missing: Vec<_> = missing(files).collect();
        assert_eq!(missing, ["LICENSE-APACHE", "README.md"]);
    }

    #[test]
    fn every_package_of_the_sdk_is_published_and_nothing_else() {
        let metadata = crate::lint::metadata().unwrap();
        let names: Vec<_> = published(&metadata).map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), 7);
        assert!(
            names.iter().all(|name| name.starts_with("metaproto-")),
            "{names:?}"
        );
        assert!(published(&metadata).all(|package| unsaid(package).is_empty()));
    }
}
