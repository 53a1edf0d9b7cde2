//! `cargo xtask lint`: everything that can be judged without running the code.

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};
use serde::Deserialize;

use crate::summary::Summary;
use crate::{book, cargo, check, complain, dependencies, layers, package, root};

pub(crate) fn run() -> Summary {
    let mut summary = Summary::default();
    summary.step("format", || check(&mut cargo(&["fmt", "--all", "--check"])));
    summary.step("clippy", || {
        let args = ["clippy", "--workspace", "--all-targets", "--all-features"];
        check(cargo(&args).args(["--", "-D", "warnings"]))
    });
    // Workspaces of their own, which the steps above do not see.
    summary.step("fuzz targets", || outside("fuzz"));
    summary.step("benchmarks", || outside("bench"));
    summary.step("rustdoc", || {
        // With the features of the step before, which has checked what this one needs.
        let args = ["doc", "--workspace", "--no-deps", "--all-features"];
        check(cargo(&args).env("RUSTDOCFLAGS", "-D warnings"))
    });
    summary.step("layers", || {
        complain(layers::violations(&layers::packages(&metadata()?)))
    });
    summary.step("packages", || complain(package::lacks(&metadata()?)?));
    summary.step("page of dependencies", || {
        let page = std::fs::read_to_string(root().join("docs/dependencies.md"));
        let page = page.context("docs/dependencies.md")?;
        complain(dependencies::differences(&page, &metadata()?))
    });
    summary.step("banned crates", || {
        let text = std::fs::read_to_string(root().join("deny.toml")).context("deny.toml")?;
        let metadata = metadata()?;
        let names = metadata
            .packages
            .iter()
            .map(|package| package.name.as_str());
        complain(banned(&toml::from_str(&text)?, names))
    });
    book::run(&mut summary);
    summary
}

/// Formatting and clippy of the workspace in the directory `name`.
fn outside(name: &str) -> Result<()> {
    let manifest = format!("{name}/Cargo.toml");
    let manifest = ["--manifest-path", &manifest];
    check(cargo(&["fmt", "--check"]).args(manifest))?;
    // What both use is checked once.
    let mut clippy = cargo(&["clippy", "--all-targets", "--target-dir", "target"]);
    check(clippy.args(manifest).args(["--", "-D", "warnings"]))
}

pub(crate) fn metadata() -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .exec()
        .context("cargo metadata")
}

fn banned<'a>(policy: &Policy, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names
        .filter_map(|name| policy.bans.deny.iter().find(|ban| ban.name == name))
        .map(|ban| format!("{} is banned: {}", ban.name, ban.reason))
        .collect()
}

/// The part of `deny.toml` that is read here.
#[derive(Deserialize)]
struct Policy {
    bans: Bans,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_file_bans_what_it_names() {
        let policy: Policy = toml::from_str(include_str!("../../deny.toml")).unwrap();
        let found = banned(&policy, ["bytes", "serde_yaml"].into_iter());
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("serde_yaml is banned"));
    }
}
