//! A recording: the bytes of both directions, and what an independent reader found in them.

use std::fs;
use std::path::{Path, PathBuf};

use metaproto_codec::Direction;
use serde_json::Value;

/// One recorded connection: a directory of `c2s.bin`, `s2c.bin` and `meta.json`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of the directory.
    pub name: String,
    /// What `meta.json` says of the recording as a whole.
    pub facts: Value,
    c2s: Vec<u8>,
    s2c: Vec<u8>,
}

impl Case {
    /// What travelled in `direction`.
    #[must_use]
    pub fn bytes(&self, direction: Direction) -> &[u8] {
        match direction {
            Direction::ClientToServer => &self.c2s,
            Direction::ServerToClient => &self.s2c,
        }
    }

    /// The messages that travelled in `direction`, in order.
    #[must_use]
    pub fn messages(&self, direction: Direction) -> Vec<Message<'_>> {
        let all = self.facts["messages"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let there = |facts: &&Value| facts["direction"] == direction.as_str();
        let message = |facts| Message { case: self, facts };
        all.iter().filter(there).map(message).collect()
    }
}

/// What `meta.json` says of one message.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The recording to which it belongs.
    pub case: &'a Case,
    /// The facts, as they are written.
    pub facts: &'a Value,
}

impl<'a> Message<'a> {
    /// The fact `name` if it is a text that is not empty, and nothing otherwise.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.facts[name].as_str().filter(|text| !text.is_empty())
    }

    /// The fact `name` if it is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.facts[name].as_i64()
    }

    /// What the message is, in the words of the recording: `call`, `reply`, `heartbeat_request` ...
    ///
    /// # Panics
    ///
    /// Where the recording does not say it.
    #[must_use]
    pub fn r#type(&self) -> &'a str {
        self.text("type").expect("each message has a type")
    }
}

/// The recordings in `directory`, by name. Entries without a `meta.json` are passed over.
///
/// # Panics
///
/// Where a file cannot be read, or is not JSON.
#[must_use]
pub fn cases(directory: &Path) -> Vec<Case> {
    let recordings = entries(directory).into_iter();
    let recordings = recordings.filter(|path| path.join("meta.json").is_file());
    recordings.map(|path| read(&path)).collect()
}

fn read(directory: &Path) -> Case {
    let bytes = |name: &str| read_file(&directory.join(name));
    let facts = serde_json::from_slice(&bytes("meta.json"));
    Case {
        name: name(directory),
        facts: facts.unwrap_or_else(|error| panic!("{}: {error}", directory.display())),
        c2s: bytes("c2s.bin"),
        s2c: bytes("s2c.bin"),
    }
}

/// What is in `directory`, in order of names.
pub(crate) fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    paths
}

pub(crate) fn read_file(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The last part of a path, without its extension.
pub(crate) fn name(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
