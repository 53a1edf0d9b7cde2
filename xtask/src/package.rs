//! What goes to crates.io: what each package must say and hold, and `cargo xtask package`, a publication without the upload.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, Package};

use crate::lint::metadata;
use crate::summary::Summary;
use crate::{cargo, check, root};

/// Files that go with every package.
const FILES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Packs every package and builds it from what was packed, in the order of dependencies.
pub(crate) fn run() -> Summary {
    let mut summary = Summary::default();
    summary.step("packages", || {
        let target = root().join("target/packed");
        forget(&target)?;
        forget_unpacked(&metadata()?)?;
        let args = ["publish", "--workspace", "--dry-run", "--all-features"];
        // What is not committed is packed as well: this uploads nothing.
        check(
            cargo(&args)
                .arg("--allow-dirty")
                .arg("--target-dir")
                .arg(target),
        )
    });
    summary
}

/// Removes what cargo has unpacked of earlier runs: it takes a version that it knows for the same, though it is packed anew. For
/// the same reason, what it has built of them has a directory of its own, which is emptied.
///
/// The registry in which it packs lies in the file system. Such a registry has no host, so its name begins with a dash.
fn forget_unpacked(metadata: &Metadata) -> Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.context("no home of cargo")?.join("registry/src");
    for registry in fs::read_dir(&sources).into_iter().flatten().flatten() {
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        for package in published(metadata) {
            let unpacked = format!("{}-{}", package.name, package.version);
            let unpacked = registry.path().join(unpacked);
            forget(&unpacked)?;
        }
    }
    Ok(())
}

fn forget(directory: &Path) -> Result<()> {
    match directory.is_dir() {
        true => fs::remove_dir_all(directory).with_context(|| directory.display().to_string()),
        false => Ok(()),
    }
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
        let metadata = metadata().unwrap();
        let names: Vec<_> = published(&metadata).map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), 7);
        assert!(
            names.iter().all(|name| name.starts_with("metaproto-")),
            "{names:?}"
        );
        assert!(published(&metadata).all(|package| unsaid(package).is_empty()));
    }
}
