//! What is wrong with a file of vectors, and where.

use std::fmt;
use std::path::PathBuf;

/// Text that is no file of vectors: where, what stands there, what is expected, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What stands there.
    pub found: String,
    /// What is expected instead.
    pub expected: String,
    /// The way out, where it is not plain.
    pub help: Option<String>,
    /// The line, cut where it is long.
    pub source: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            found,
            expected,
            ..
        } = self;
        write!(f, "{line}:{column}: found {found}, expected {expected}")?;
        if !self.source.is_empty() {
            let margin = " ".repeat(line.to_string().len());
            let before = self.source.chars().take(column - 1);
            // Tabs stay tabs, so that the caret stands where the reader sees the mistake.
            let indent: String = before
                .map(|char| if char == '\t' { '\t' } else { ' ' })
                .collect();
            write!(f, "\n{line} | {}\n{margin} | {indent}^", self.source)?;
        }
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ParseError {}

/// A file of vectors that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system refuses.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is larger than a file of vectors may be.
    #[error("{}: {length} bytes are above the limit of {max}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length, bytes.
        length: u64,
        /// The most, bytes.
        max: u64,
    },
    /// The text is no file of vectors; printed as `file:line:column: ...`.
    #[error("{}:{error}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<ParseError>,
    },
}
