//! Pages of the guide that are made from the code.

use std::path::Path;

/// Compares a generated page with the one in the repository, or writes it where `METAPROTO_WRITE_PAGES=1` is set.
pub(crate) fn compare(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    if std::env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).unwrap();
        }
        return std::fs::write(path, text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    let here: Vec<&str> = text.lines().collect();
    let difference: Vec<&str> = there.lines().filter(|line| !here.contains(line)).collect();
    assert!(
        there == text,
        "{page} is not what the code says; run this test with METAPROTO_WRITE_PAGES=1 and review the difference; the \
         code does not say:\n{}",
        difference.join("\n")
    );
}
