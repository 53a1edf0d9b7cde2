//! The guide as a book: mdBook, installed below `target/tools`, makes pages of `docs/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::install::quietly;
use crate::summary::Summary;
use crate::{cargo, complain, links, root};

/// The version that is installed; cargo does nothing where it is there.
const VERSION: &str = "=0.5.4";

/// Checks the links of the repository, builds the book, and checks its links.
pub(crate) fn run(summary: &mut Summary) {
    summary.step("links", || complain(links::in_pages()?));
    match install() {
        Ok(mdbook) => summary.step("book", || complain(links::in_book(&build(&mdbook)?)?)),
        Err(error) => summary.skip("book", &format!("{error:#}")),
    }
}

/// Installs mdBook where it is missing, which takes a minute or two; answers its program.
fn install() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    let mut install = cargo(&[
        "install",
        "--quiet",
        "--locked",
        // It compiles in half the time, and makes some ninety pages in a few seconds.
        "--debug",
        "mdbook",
        "--version",
        VERSION,
    ]);
    install.args(["--no-default-features", "--features", "search", "--root"]);
    quietly(install.arg(&tools))?;
    Ok(tools.join("bin/mdbook"))
}

/// Builds the book with the program `mdbook`; answers where it is. What mdBook warns of is an error.
fn build(mdbook: &Path) -> Result<PathBuf> {
    let output = Command::new(mdbook)
        .arg("build")
        .arg(root().join("docs"))
        .output()
        .with_context(|| mdbook.display().to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || said.contains("WARN") || said.contains("ERROR") {
        bail!("mdbook: {}: {said}", output.status);
    }
    let book = root().join("book");
    links::mend(&book)?;
    Ok(book)
}
