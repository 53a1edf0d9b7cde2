//! A directory of recordings.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use metaproto_codec::Codec;

use super::{ImportError, MAX_CAPTURE, pcap, raw};
use crate::vector::{MAX_BYTES, MAX_CHUNKS, Vector, VectorFile};

/// A directory whose recordings cannot be imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The file system refuses.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A recording gives no vectors.
    #[error("{}: {source}", path.display())]
    Import {
        /// The recording.
        path: PathBuf,
        /// Why.
        source: ImportError,
    },
    /// A recording holds no bytes of a connection.
    #[error("{}: there is no TCP connection with bytes in it", path.display())]
    Empty {
        /// The recording.
        path: PathBuf,
    },
    /// A recording holds more than a file of vectors may: [`MAX_BYTES`] and [`MAX_CHUNKS`].
    #[error("{}: a connection of {bytes} bytes in {chunks} chunks is too large for a file of vectors", path.display())]
    TooLarge {
        /// The recording.
        path: PathBuf,
        /// Bytes of both directions.
        bytes: usize,
        /// Chunks of the direction that has the most.
        chunks: usize,
    },
    /// Two recordings would give vectors of the same name.
    #[error("{} and {} have the same name; rename one", first.display(), second.display())]
    SameName {
        /// The one.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
}

/// Imports every recording in `directory` that has no vectors yet, and answers the files that were written.
///
/// A recording is a directory `<case>` with `c2s.bin`, `s2c.bin` or both, or a capture `<case>.pcap` or
/// `<case>.pcapng`. Its vectors are written to `<case>.mpv` beside it; those of the further connections of a capture to
/// `<case>-2.mpv` and so on. No file is overwritten.
///
/// # Errors
///
/// The first recording that cannot be read or written; those before it are imported.
pub fn directory(
    directory: &Path,
    make: impl Fn() -> Box<dyn Codec>,
) -> Result<Vec<PathBuf>, DirectoryError> {
    let mut written = Vec::new();
    for recording in pending(directory)? {
        let files = import(&recording, &make)?;
        if files.is_empty() {
            return Err(DirectoryError::Empty { path: recording });
        }
        for file in &files {
            check_size(file, &recording)?;
        }
        let paths: Vec<_> = (1..=files.len())
            .map(|nth| target(&recording, nth))
            .collect();
        if let Some(path) = paths.iter().find(|path| path.exists()) {
            let source = io::ErrorKind::AlreadyExists.into();
            return Err(io_error(path)(source));
        }
        for (file, path) in files.iter().zip(paths) {
            fs::write(&path, file.to_string()).map_err(io_error(&path))?;
            written.push(path);
        }
    }
    Ok(written)
}

/// The recordings in `directory` that have no vectors yet, by name.
///
/// # Errors
///
/// A directory that cannot be read, or two recordings of the same name.
pub fn pending(directory: &Path) -> Result<Vec<PathBuf>, DirectoryError> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(io_error(directory))? {
        let path = entry.map_err(io_error(directory))?.path();
        let target = target(&path, 1);
        if !is_recording(&path) || target.exists() {
            continue;
        }
        if let Some(other) = found.insert(target, path.clone()) {
            let (first, second) = (other.clone().min(path.clone()), other.max(path));
            return Err(DirectoryError::SameName { first, second });
        }
    }
    Ok(found.into_values().collect())
}

const STREAMS: [&str; 2] = ["c2s.bin", "s2c.bin"];

fn is_capture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("pcap" | "pcapng"))
}

fn is_recording(path: &Path) -> bool {
    if path.is_dir() {
        STREAMS.iter().any(|name| path.join(name).is_file())
    } else {
        is_capture(path)
    }
}

/// Where the vectors of the `nth` connection of a recording go.
fn target(recording: &Path, nth: usize) -> PathBuf {
    let name = if recording.is_dir() {
        recording.file_name()
    } else {
        recording.file_stem()
    };
    let mut name = name.unwrap_or_default().to_owned();
    if nth > 1 {
        name.push(format!("-{nth}"));
    }
    name.push(".mpv");
    recording.with_file_name(name)
}

fn import(
    recording: &Path,
    make: &impl Fn() -> Box<dyn Codec>,
) -> Result<Vec<VectorFile>, DirectoryError> {
    if is_capture(recording) && !recording.is_dir() {
        return pcap(&read(recording)?, make).map_err(|source| DirectoryError::Import {
            path: recording.into(),
            source,
        });
    }
    let mut streams = [Vec::new(), Vec::new()];
    for (stream, name) in streams.iter_mut().zip(STREAMS) {
        let path = recording.join(name);
        if path.is_file() {
            *stream = read(&path)?;
        }
    }
    let [c2s, s2c] = streams;
    let file = raw(&c2s, &s2c, make);
    Ok(Some(file)
        .filter(|file| !file.vectors.is_empty())
        .into_iter()
        .collect())
}

/// What is written must be readable.
fn check_size(file: &VectorFile, recording: &Path) -> Result<(), DirectoryError> {
    let blocks = |vector: &Vector| {
        vector
            .blocks
            .iter()
            .map(|block| block.bytes.len())
            .sum::<usize>()
    };
    let bytes = file.vectors.iter().map(blocks).sum();
    let chunks = file.vectors.iter().map(|vector| vector.chunks.len());
    let chunks = chunks.max().unwrap_or_default();
    if bytes <= MAX_BYTES && chunks <= MAX_CHUNKS {
        return Ok(());
    }
    let path = recording.into();
    Err(DirectoryError::TooLarge {
        path,
        bytes,
        chunks,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, DirectoryError> {
    let length = fs::metadata(path).map_err(io_error(path))?.len();
    if length > MAX_CAPTURE as u64 {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        return Err(DirectoryError::Import {
            path: path.into(),
            source: ImportError::TooLarge { length },
        });
    }
    fs::read(path).map_err(io_error(path))
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> DirectoryError {
    move |source| DirectoryError::Io {
        path: path.into(),
        source,
    }
}
