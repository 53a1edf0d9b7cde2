//! Where a page shows a file of this package, it shows what is there.

use std::fs;
use std::path::Path;

/// The pages that show files, each behind a comment that names it.
const PAGES: &[&str] = &[
    "README.md",
    "docs/empty-folder.md",
    "docs/frames.md",
    "docs/variable-headers.md",
    "docs/roles.md",
    "docs/local-replies.md",
    "docs/kinds.md",
    "docs/from-cpp.md",
    "docs/proxy.md",
];

#[test]
fn pages_show_files_as_they_are() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in PAGES {
        let text = fs::read_to_string(package.join("../..").join(page)).unwrap();
        let mut listings = text.split("<!-- file: ").skip(1).peekable();
        assert!(listings.peek().is_some(), "{page} shows no file");
        for listing in listings {
            let (name, rest) = listing.split_once(" -->\n```").unwrap();
            let (_, rest) = rest.split_once('\n').unwrap();
            let (shown, _) = rest.split_once("```\n").unwrap();
            let file = fs::read_to_string(package.join(name)).unwrap();
            assert!(!shown.is_empty(), "{page} shows nothing of {name}");
            assert!(file.ends_with(shown), "{page} shows {name} as\n{shown}");
        }
    }
}
