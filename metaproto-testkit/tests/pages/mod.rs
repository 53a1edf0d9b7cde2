//! Pages of the guide that are made from the code.

use std::path::Path;

use similar::TextDiff;

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
    let difference = TextDiff::from_lines(there.as_str(), text);
    assert!(
        there == text,
        "{page} is not what the code says; METAPROTO_WRITE_PAGES=1 before this test's command writes it, for you to review. \
         What the page says (-) and the code (+):\n{}",
        difference.unified_diff().context_radius(0)
    );
}
