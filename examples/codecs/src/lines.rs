//! Lines of code.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Lines of Rust.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Without tests, comments and blank lines.
    pub(crate) code: usize,
    /// All.
    pub(crate) all: usize,
}

impl Lines {
    /// Of the library whose sources are in `directory`: a command line, `main.rs` and `cli`, is left out.
    pub(crate) fn of_library(directory: &Path) -> Result<Self> {
        let mut sum = Self::default();
        for path in entries(directory)? {
            let name = path.file_name().unwrap_or_default();
            let lines = if path.is_dir() && name != "cli" {
                Self::of_library(&path)?
            } else if path.extension().is_some_and(|it| it == "rs") && name != "main.rs" {
                let text = fs::read_to_string(&path);
                Self::of(&text.with_context(|| path.display().to_string())?)
            } else {
                continue;
            };
            sum.code += lines.code;
            sum.all += lines.all;
        }
        Ok(sum)
    }

    /// Of one file, whose tests come last.
    fn of(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let code = lines.take_while(|line| *line != "#[cfg(test)]");
        let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
        Self {
            code: code.filter(is_code).count(),
            all: text.lines().count(),
        }
    }
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory).with_context(|| directory.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn comments_blank_lines_and_tests_are_no_code() {
        let text = "//! A page.\n\nuse std::fmt;\n\n/// One.\nfn one() {\n    // Two.\n    two();\n}\n\n#[cfg(test)]\nmod tests {}\n";
        assert_eq!(Lines::of(text), Lines { code: 4, all: 12 });
    }
}
