//! Where the suite reads and writes: vectors, saved failures, reports, and the variables that say so.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::subject::Subject;
use super::variable;
use crate::vector::{self, Vector, VectorFile, bless, import};

/// The vectors of some directories, in the order of their names. With `METAPROTO_BLESS=1` recordings beside them are
/// imported first, and each vector's expectations are written anew.
pub(crate) fn vectors(
    directories: &[PathBuf],
    subject: &Subject,
) -> Result<Vec<(PathBuf, VectorFile)>, String> {
    let make = Arc::clone(&subject.make);
    // One process at a time writes vectors: nextest has one for each rule.
    let _lock = blessing().then(bless_lock).flatten();
    let mut files = Vec::new();
    for directory in directories {
        if !directory.is_dir() {
            if directory.ends_with("tests/vectors") {
                continue;
            }
            return Err(format!(
                "there is no directory of vectors {}",
                directory.display()
            ));
        }
        if blessing() {
            import::directory(directory, || make()).map_err(|error| error.to_string())?;
        } else if let Some(pending) = import::pending(directory)
            .map_err(|error| error.to_string())?
            .first()
        {
            return Err(format!(
                "{} is a recording that has not been imported: run the tests once with METAPROTO_BLESS=1, then review the \
                 .mpv file that it wrote",
                shown(pending)
            ));
        }
        let entries = std::fs::read_dir(directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        let paths = entries.flatten().map(|entry| entry.path());
        let mut paths: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|it| it == "mpv"))
            .collect();
        paths.sort();
        for path in paths {
            let mut file = VectorFile::read(&path).map_err(|error| error.to_string())?;
            if blessing() {
                file = blessed(&path, file, subject)?;
            }
            files.push((path, file));
        }
    }
    Ok(files)
}

/// Writes what the codec says into the expectations of a file; only where that changes them.
fn blessed(path: &Path, mut file: VectorFile, subject: &Subject) -> Result<VectorFile, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    for vector in &mut file.vectors {
        *vector = vector::observe(vector, || Box::new(subject.codec()));
    }
    let old = std::fs::read_to_string(path).map_err(failed)?;
    let new = bless(&old, &file);
    if new != old {
        std::fs::write(path, new).map_err(failed)?;
    }
    Ok(file)
}

fn blessing() -> bool {
    variable::flag("METAPROTO_BLESS")
}

/// A lock that is held until it is dropped; `None` where there is no place for it.
fn bless_lock() -> Option<File> {
    let directory = target()?.join("metaproto");
    std::fs::create_dir_all(&directory).ok()?;
    let file = File::create(directory.join("bless.lock")).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// The file that `METAPROTO_REPLAY` names: relative to here, or to the workspace.
pub(crate) fn replayed() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("METAPROTO_REPLAY").filter(|path| !path.is_empty())?);
    let in_workspace = target().and_then(|target| Some(target.parent()?.join(&path)));
    Some(
        in_workspace
            .filter(|there| !path.exists() && there.exists())
            .unwrap_or(path),
    )
}

/// The directory that `METAPROTO_REPORT` names, relative to the workspace.
pub(crate) fn report_directory() -> Option<PathBuf> {
    from_workspace("METAPROTO_REPORT")
}

/// The path that a variable holds, relative to the workspace.
pub(crate) fn from_workspace(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(variable).filter(|path| !path.is_empty())?);
    let workspace = target().and_then(|target| target.parent().map(Path::to_owned));
    Some(workspace.map_or_else(|| path.clone(), |workspace| workspace.join(&path)))
}

/// What tells this run from the one before: all processes of one run of nextest have the same.
pub(crate) fn run() -> String {
    std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| std::process::id().to_string())
}

/// Saves a failure under the target directory; the path from the workspace, or `None` where it cannot be written.
pub(crate) fn save(rule: &str, vector: &Vector) -> Option<String> {
    let file = VectorFile {
        origin: None,
        vectors: vec![vector.clone()],
    };
    let text = file.to_string();
    let directory = target()?.join("metaproto/fail");
    std::fs::create_dir_all(&directory).ok()?;
    let name = format!(
        "{}-{:04x}.mpv",
        rule.to_ascii_lowercase(),
        digest(text.as_bytes())
    );
    let path = directory.join(name);
    std::fs::write(&path, text).ok()?;
    Some(shown(&path))
}

/// The path from here or from the workspace, if it is in there.
pub(crate) fn shown(path: &Path) -> String {
    // A fuzzer runs in the directory of the project, and its target directory is that of another workspace inside.
    let here = std::env::current_dir().ok();
    if let Some(inside) = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        return inside.display().to_string();
    }
    let workspace = target().and_then(|target| target.parent().map(Path::to_owned));
    let inside =
        workspace.and_then(|workspace| path.strip_prefix(workspace).ok().map(Path::to_owned));
    inside.as_deref().unwrap_or(path).display().to_string()
}

/// Cargo's target directory: where this program was built. Cargo marks it with a file, and those for other targets inside.
fn target() -> Option<PathBuf> {
    let this = std::env::current_exe().ok()?;
    let marked = |directory: &&Path| directory.join("CACHEDIR.TAG").exists();
    let inside = this.ancestors().skip_while(|directory| !marked(directory));
    inside.take_while(marked).last().map(Path::to_owned)
}

/// FNV-1a, folded to 16 bits: the same name for the same failure.
fn digest(bytes: &[u8]) -> u16 {
    let [a, b, c, d] = hash(bytes).to_be_bytes();
    u16::from_be_bytes([a ^ c, b ^ d])
}

/// FNV-1a.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}
