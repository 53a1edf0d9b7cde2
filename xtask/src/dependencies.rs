//! The page of dependencies names what the manifests name, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata};

use crate::package::published;

type Names = BTreeMap<String, BTreeSet<String>>;

/// One sentence for each difference between `page` and the dependencies of published packages. Development dependencies do
/// not count: who uses a package does not build them.
pub(crate) fn differences(page: &str, metadata: &Metadata) -> Vec<String> {
    compare(&on_page(page), &in_manifests(metadata))
}

fn compare(page: &Names, manifests: &Names) -> Vec<String> {
    let none = BTreeSet::new();
    let packages: BTreeSet<_> = page.keys().chain(manifests.keys()).collect();
    let mut found = Vec::new();
    for package in packages {
        let listed = page.get(package).unwrap_or(&none);
        let needed = manifests.get(package).unwrap_or(&none);
        let add = needed.difference(listed).map(|name| format!("add {name}"));
        let drop = listed.difference(needed).map(|name| format!("drop {name}"));
        found.extend(
            add.chain(drop)
                .map(|what| format!("docs/dependencies.md, {package}: {what}")),
        );
    }
    found
}

/// The first cells of the rows under each heading that is a package.
fn on_page(page: &str) -> Names {
    let mut names = Names::new();
    let mut package = None;
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            package = heading
                .starts_with("metaproto-")
                .then(|| heading.to_owned());
        }
        let cell = line.strip_prefix("| `").and_then(|row| row.split_once('`'));
        if let (Some(package), Some((name, _))) = (&package, cell) {
            let listed = names.entry(package.clone()).or_default();
            listed.insert(name.to_owned());
        }
    }
    names
}

fn in_manifests(metadata: &Metadata) -> Names {
    let of = |package: &cargo_metadata::Package| {
        let normal = package.dependencies.iter();
        let normal = normal.filter(|it| it.kind == DependencyKind::Normal);
        normal.map(|it| it.name.clone()).collect()
    };
    let packages = published(metadata).map(|package| (package.name.to_string(), of(package)));
    packages
        .filter(|(_, names): &(_, BTreeSet<_>)| !names.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(package: &str, names: &[&str]) -> Names {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Names::from([(package.to_owned(), names)])
    }

    #[test]
    fn rows_belong_to_the_package_above_them() {
        let page =
            "| `no` |\n## Rules\n| `no` |\n## metaproto-x\n| Crate |\n|---|\n| `bytes` | why |\n";
        assert_eq!(on_page(page), names("metaproto-x", &["bytes"]));
    }

    #[test]
    fn what_differs_is_named() {
        let found = compare(
            &names("x", &["bytes", "old"]),
            &names("x", &["bytes", "new"]),
        );
        assert_eq!(
            found,
            [
                "docs/dependencies.md, x: add new",
                "docs/dependencies.md, x: drop old"
            ]
        );
    }

    #[test]
    fn the_page_is_right() {
        let metadata = crate::lint::metadata().unwrap();
        let page = include_str!("../../docs/dependencies.md");
        assert!(!on_page(page).is_empty());
        assert_eq!(differences(page, &metadata), [""; 0]);
    }
}
