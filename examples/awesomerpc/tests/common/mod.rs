//! What the tests share.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};

use awesomerpc::{AwesomeHeader, AwesomeRpc};
use metaproto_codec::{CodecError, Direction, Header, Limits, Metadata, Next, Session};

/// A session over bytes that travel in `direction`.
pub(crate) fn session(direction: Direction) -> Session<AwesomeRpc> {
    Session::new(AwesomeRpc::default(), direction, Limits::default())
}

/// The entries of a directory beside the tests, in order, with the given extension.
pub(crate) fn files(directory: &str, extension: Option<&str>) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(directory);
    let entries = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| {
            extension.is_none_or(|wanted| path.extension().is_some_and(|ext| ext == wanted))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// A whole request.
pub(crate) fn request(pack_flow: u32, req_cmd: i16, body: &[u8]) -> Vec<u8> {
    AwesomeHeader {
        version: 1,
        pack_flow,
        pack_len: 0,
        req_cmd,
        rsp_code: 0,
    }
    .to_frame(body)
    .unwrap()
}

/// A request whose length field holds `pack_len` whatever follows it.
pub(crate) fn request_of_length(pack_len: u32) -> Vec<u8> {
    let mut bytes = request(1, 1, b"hello");
    bytes[5..9].copy_from_slice(&pack_len.to_be_bytes());
    bytes
}

/// What a session made of some bytes.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// Offset, length and `cmd` of every message.
    pub(crate) messages: Vec<(u64, usize, String)>,
    /// The error, or what [`Session::finish`] says.
    pub(crate) end: Result<(), CodecError>,
    /// Whether the error came while there were bytes to come, not from the end of the stream.
    pub(crate) poisoned: bool,
}

/// Feeds the pieces to a session.
pub(crate) fn feed<'a>(
    direction: Direction,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut session = session(direction);
    let mut metadata = Metadata::default();
    let mut messages = Vec::new();
    for piece in pieces {
        session.receive(piece);
        loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { offset }) => {
                    messages.push((
                        offset,
                        metadata.frame().len(),
                        metadata.get("cmd").unwrap().to_string(),
                    ));
                }
                Ok(Next::Wait { at_least }) => {
                    assert!(at_least >= 1);
                    break;
                }
                Err(error) => {
                    assert_eq!(
                        session.next_message(&mut metadata),
                        Err(error.clone()),
                        "poisoned"
                    );
                    return Outcome {
                        messages,
                        end: Err(error),
                        poisoned: true,
                    };
                }
            }
        }
    }
    Outcome {
        messages,
        end: session.finish(),
        poisoned: false,
    }
}
