//! `cargo xtask new`: a crate for a new protocol, of the files in `template/`.
//!
//! [cargo-generate](https://crates.io/crates/cargo-generate) makes the same of them: they are written in its template
//! language, [liquid], with its names for what is filled in.

mod name;
pub(crate) mod proof;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use liquid::{Object, Parser, ParserBuilder};
use walkdir::WalkDir;

use crate::root;

/// The ending of files in which something is filled in.
const ENDING: &str = "liquid";

/// The settings of cargo-generate, which are no part of what is made.
const SETTINGS: &str = "cargo-generate.toml";

/// What is made, and where.
#[derive(Args)]
pub(crate) struct Options {
    /// The name of the crate and of its directory.
    name: String,
    /// The directory in which it is made; the one in which this repository lies if nothing else is said.
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let Options { name, path } = options;
    let made = make(name, path.as_deref())?;
    println!(
        "\
made {made}, where these commands run:
  cargo test                                     tries the codec against every rule
  cargo build --release --package {name}-envoy   makes the module for Envoy
src/lib.rs says what to change first; README.md has all commands",
        made = made.display()
    );
    Ok(())
}

/// Makes the crate `name` in the directory `path`, or beside this repository; answers its directory.
pub(crate) fn make(name: &str, path: Option<&Path>) -> Result<PathBuf> {
    name::check(name)?;
    let root = root().canonicalize()?;
    let place = place(path, &root)?;
    let made = place.join(name);
    ensure!(
        fs::symlink_metadata(&made).is_err(),
        "{} is there already: choose another name, or another place with --path DIR",
        made.display()
    );
    let values = liquid::object!({
        "project-name": name,
        "crate_name": name.replace('-', "_"),
        "metaproto": from(&place, &root)?,
    });
    // All is rendered before anything is written.
    let files = render(&root.join("template"), &values)?;
    for File { path, content } in files {
        let path = made.join(path);
        let directory = path.parent().unwrap_or(&made);
        fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        fs::write(&path, content).with_context(|| path.display().to_string())?;
    }
    Ok(made)
}

/// The directory in which the crate is made.
fn place(path: Option<&Path>, root: &Path) -> Result<PathBuf> {
    let Some(path) = path else {
        let beside = root.parent().map(Path::to_owned);
        return beside
            .context("there is nothing beside this repository: give a place with --path DIR");
    };
    ensure!(
        path.is_dir(),
        "{} is not a directory: make it first, or give another place with --path DIR",
        path.display()
    );
    let place = path.canonicalize()?;
    ensure!(
        !place.starts_with(root),
        "{} is in the repository of metaproto, which is a workspace of its own: give a place outside with --path DIR, or \
         none for the directory beside it",
        place.display()
    );
    Ok(place)
}

/// The way to this repository, seen from a crate in `place`: short where both are neighbours.
fn from(place: &Path, root: &Path) -> Result<String> {
    let way = match root.file_name() {
        Some(name) if root.parent() == Some(place) => Path::new("..").join(name),
        _ => root.to_owned(),
    };
    let way = way.to_str().filter(|way| !way.contains(['"', '\\']));
    let Some(way) = way else {
        bail!(
            "the path {} cannot stand in a Cargo.toml: move the repository to one without quotes and backslashes",
            root.display()
        );
    };
    Ok(way.to_owned())
}

/// A file of the new crate.
struct File {
    /// Within the crate.
    path: PathBuf,
    content: Vec<u8>,
}

/// The files of a template, with `values` filled in.
fn render(template: &Path, values: &Object) -> Result<Vec<File>> {
    let parser = ParserBuilder::with_stdlib().build()?;
    let mut files = Vec::new();
    for entry in WalkDir::new(template).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() || entry.path() == template.join(SETTINGS) {
            continue;
        }
        let path = entry.path().strip_prefix(template)?.to_owned();
        let content = fs::read(entry.path())?;
        let file = if path.extension().is_some_and(|it| it == ENDING) {
            File {
                content: fill(&parser, content, values)
                    .with_context(|| path.display().to_string())?,
                path: path.with_extension(""),
            }
        } else {
            File { path, content }
        };
        files.push(file);
    }
    Ok(files)
}

fn fill(parser: &Parser, text: Vec<u8>, values: &Object) -> Result<Vec<u8>> {
    let text = String::from_utf8(text)?;
    Ok(parser.parse(&text)?.render(values)?.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `from` answers for a crate in `place`.
    fn way(place: &str, root: &str) -> String {
        from(Path::new(place), Path::new(root)).unwrap()
    }

    #[test]
    fn the_way_to_the_repository_is_short_between_neighbours() {
        assert_eq!(way("/home/me", "/home/me/metaproto"), "../metaproto");
        assert_eq!(way("/home/me", "/home/me/sdk"), "../sdk");
        assert_eq!(way("/tmp", "/home/me/metaproto"), "/home/me/metaproto");
        assert_eq!(way("/home", "/home/me/metaproto"), "/home/me/metaproto");
    }

    #[test]
    fn a_way_that_no_manifest_can_hold_is_refused() {
        let error = from(Path::new("/tmp"), Path::new("/home/\"me\"/metaproto")).unwrap_err();
        assert!(error.to_string().contains("without quotes"), "{error}");
    }

    #[test]
    fn files_are_filled_in_where_their_ending_says_so() {
        let template = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = template.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file(SETTINGS, "");
        file("a/lib.rs.liquid", "use {{crate_name}}::Rpc;");
        file("a/raw", "{{crate_name}}");
        let values = liquid::object!({ "crate_name": "orders" });
        let files = render(template.path(), &values).unwrap();
        let files: Vec<_> = files
            .iter()
            .map(|file| (file.path.to_str().unwrap(), file.content.as_slice()))
            .collect();
        let expected: [(&str, &[u8]); 2] = [
            ("a/lib.rs", b"use orders::Rpc;"),
            ("a/raw", b"{{crate_name}}"),
        ];
        assert_eq!(files, expected);
    }

    #[test]
    fn a_mistake_in_the_template_names_its_file() {
        let template = tempfile::tempdir().unwrap();
        fs::write(template.path().join("lib.rs.liquid"), "{{crate}}").unwrap();
        let error = render(template.path(), &Object::new()).err().unwrap();
        assert_eq!(error.to_string(), "lib.rs.liquid");
    }

    /// cargo-generate reads every file as a template, whatever its ending.
    #[test]
    fn other_files_of_the_template_have_nothing_to_fill_in() {
        let files = render(
            &root().join("template"),
            &liquid::object!({
                "project-name": "my-rpc", "crate_name": "my_rpc", "metaproto": "../metaproto",
            }),
        );
        for File { path, content } in files.unwrap() {
            if path.starts_with("fuzz/seeds") {
                continue;
            }
            let text = String::from_utf8(content).unwrap();
            assert!(
                !text.contains("{{") && !text.contains("{%"),
                "{}",
                path.display()
            );
        }
    }
}
