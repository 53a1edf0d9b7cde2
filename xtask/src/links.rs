//! Every link within the repository leads somewhere, in its Markdown files and once more in the rendered book.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use ignore::WalkBuilder;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::{Captures, Regex};

use crate::root;

/// Where the pages of the book are.
const BOOK: &str = "docs";

/// One sentence for each link in a Markdown file that leads nowhere, and for each page that the book leaves out.
pub(crate) fn in_pages() -> Result<Vec<String>> {
    let pages = pages()?;
    let mut found = left_out(&pages);
    for (path, page) in &pages {
        for link in &page.links {
            if let Err(why) = follow(path, link, &pages, |path| root().join(path).exists()) {
                found.push(format!("{}: {link}: {why}", path.display()));
            }
        }
    }
    Ok(found)
}

/// One sentence for each link in the book, rendered to `directory`, that leads to no file or to no place in it.
pub(crate) fn in_book(directory: &Path) -> Result<Vec<String>> {
    let pages = rendered(directory)?;
    let mut found = Vec::new();
    for (path, page) in &pages {
        for link in &page.links {
            let (file, place) = cut(link);
            let target = match file {
                "" => path.clone(),
                file => directory.join(path.parent().unwrap_or(path)).join(file),
            };
            let inside = resolved(target.strip_prefix(directory).unwrap_or(&target));
            let place_is_there =
                |page: &Page| place.is_none_or(|place| page.places.contains(place));
            let is_right = match inside.and_then(|inside| pages.get(&inside)) {
                Some(page) => place_is_there(page),
                None => target.exists(),
            };
            if !is_right {
                found.push(format!("{}: {link} leads nowhere", path.display()));
            }
        }
    }
    Ok(found)
}

/// Points links of the book, rendered to `directory`, to the Markdown files that they were written to: mdBook makes `.html` of
/// `.md`, also where a file is outside of the book and so is not rendered.
pub(crate) fn mend(directory: &Path) -> Result<()> {
    let link = Regex::new(r##"(href="\.\./[^"#]*)\.html([#"])"##)?;
    for path in html(directory)? {
        let text = fs::read_to_string(&path)?;
        let mended = link.replace_all(&text, |found: &Captures<'_>| {
            let (whole, [start, end]) = found.extract();
            let file = start.trim_start_matches("href=\"");
            let is_there = |extension: &str| {
                let page = path.parent().unwrap_or(directory);
                page.join(format!("{file}.{extension}")).exists()
            };
            if is_there("md") && !is_there("html") {
                format!("{start}.md{end}")
            } else {
                whole.to_owned()
            }
        });
        if mended != text {
            fs::write(&path, mended.as_bytes())?;
        }
    }
    Ok(())
}

/// What a file says of links.
#[derive(Default)]
struct Page {
    /// Those to the repository itself.
    links: BTreeSet<String>,
    /// What can follow `#` in a link to it.
    places: BTreeSet<String>,
}

/// The Markdown files of the repository, by their paths in it.
fn pages() -> Result<BTreeMap<PathBuf, Page>> {
    let mut pages = BTreeMap::new();
    for entry in WalkBuilder::new(root())
        .hidden(false)
        .require_git(false)
        .build()
    {
        let entry = entry?;
        let path = entry.path().strip_prefix(root())?;
        // What tests compare with is pieces of pages.
        let is_piece = path.components().any(|name| name.as_os_str() == "tests");
        if path.extension().is_some_and(|extension| extension == "md") && !is_piece {
            let text = fs::read_to_string(entry.path());
            let text = text.with_context(|| path.display().to_string())?;
            pages.insert(path.to_owned(), markdown(&text));
        }
    }
    Ok(pages)
}

fn markdown(text: &str) -> Page {
    let mut page = Page::default();
    let mut heading = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let place = place_of(&heading.take().unwrap_or_default());
                page.add_place(place);
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.add_link(&dest_url);
            }
            _ => {}
        }
    }
    page
}

/// The files of the rendered book's pages, but for that which is shown in place of any other: its links are from the root of a
/// site.
fn html(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in WalkBuilder::new(directory).standard_filters(false).build() {
        let path = entry?.into_path();
        let is_page = path
            .extension()
            .is_some_and(|extension| extension == "html");
        if is_page && !path.ends_with("404.html") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The pages of the rendered book, by their paths in it.
fn rendered(directory: &Path) -> Result<BTreeMap<PathBuf, Page>> {
    let attribute = Regex::new(r#" (href|src|id)="([^"]*)""#)?;
    let mut pages = BTreeMap::new();
    for path in html(directory)? {
        let mut page = Page::default();
        for found in attribute.captures_iter(&fs::read_to_string(&path)?) {
            let (_, [name, value]) = found.extract();
            if name == "id" {
                page.places.insert(value.to_owned());
            } else {
                page.add_link(value);
            }
        }
        pages.insert(path.strip_prefix(directory)?.to_owned(), page);
    }
    Ok(pages)
}

impl Page {
    /// Notes a link, unless it leads to elsewhere, or a template has yet to say where.
    fn add_link(&mut self, link: &str) {
        let is_elsewhere =
            link.contains("://") || link.starts_with("mailto:") || link.contains("{{");
        if !is_elsewhere {
            self.links.insert(link.to_owned());
        }
    }

    /// Notes a heading; one that is repeated is numbered.
    fn add_place(&mut self, place: String) {
        let numbered = (1..).map(|number| format!("{place}-{number}"));
        let mut names = std::iter::once(place.clone()).chain(numbered);
        names.find(|name| self.places.insert(name.clone()));
    }
}

/// What GitHub and mdBook make of a heading in links.
fn place_of(heading: &str) -> String {
    let kept = |letter: char| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    };
    heading.to_lowercase().chars().filter_map(kept).collect()
}

/// The file and the place in it to which a link leads.
fn cut(link: &str) -> (&str, Option<&str>) {
    match link.split_once('#') {
        Some((file, place)) => (file, Some(place)),
        None => (link, None),
    }
}

/// Why a link of the page at `path` is dead, if it is.
fn follow(
    path: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, Page>,
    exists: impl Fn(&Path) -> bool,
) -> Result<(), &'static str> {
    let (file, place) = cut(link);
    let target = match file {
        "" => path.to_owned(),
        file => {
            let target = path.parent().unwrap_or(path).join(file);
            resolved(&target).ok_or("leads out of the repository")?
        }
    };
    if !exists(&target) {
        return Err("there is no such file");
    }
    let is_page = target
        .extension()
        .is_some_and(|extension| extension == "md");
    let (Some(place), true) = (place, is_page) else {
        return Ok(());
    };
    match pages.get(&target) {
        Some(page) if page.places.contains(place) => Ok(()),
        _ => Err("there is no such heading"),
    }
}

/// `path` without `..`; nothing where it leads out of where it starts.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => resolved.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !resolved.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(resolved)
}

/// Pages beside those of the book that its table of contents does not name.
fn left_out(pages: &BTreeMap<PathBuf, Page>) -> Vec<String> {
    let summary = Path::new(BOOK).join("SUMMARY.md");
    let Some(contents) = pages.get(&summary) else {
        return vec![format!("{} is missing", summary.display())];
    };
    let named: BTreeSet<PathBuf> = contents
        .links
        .iter()
        .map(|link| Path::new(BOOK).join(link))
        .collect();
    pages
        .keys()
        .filter(|path| path.starts_with(BOOK) && **path != summary && !named.contains(*path))
        .map(|path| format!("{} is not in {}", path.display(), summary.display()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A `page` of *two* words!\n\n## Notes\n\n## Notes\n\n[a](b.md#c), [web](https://a.b),\n\
                        ![image](d.png)\n\n| cell |\n|---|\n| [e](../f) |\n\n```text\n# no heading, [no](link.md)\n```\n";

    /// What becomes of `link` in the page at `path`, where `docs/b.md`, `README.md` and `examples` are all there is.
    fn followed(path: &str, link: &str) -> Result<(), &'static str> {
        let texts = [
            ("docs/b.md", "# B\n\n## The end\n"),
            ("README.md", "# Top\n"),
        ];
        let pages = texts.map(|(path, text)| (PathBuf::from(path), markdown(text)));
        let pages = BTreeMap::from(pages);
        let exists = |path: &Path| pages.contains_key(path) || path == Path::new("examples");
        follow(Path::new(path), link, &pages, exists)
    }

    #[test]
    fn a_page_has_links_and_places() {
        let page = markdown(PAGE);
        let links: Vec<&str> = page.links.iter().map(String::as_str).collect();
        assert_eq!(links, ["../f", "b.md#c", "d.png"]);
        let places: Vec<&str> = page.places.iter().map(String::as_str).collect();
        assert_eq!(places, ["a-page-of-two-words", "notes", "notes-1"]);
    }

    #[test]
    fn links_to_what_is_there_are_right() {
        assert_eq!(followed("docs/b.md", "#the-end"), Ok(()));
        assert_eq!(followed("docs/b.md", "../examples"), Ok(()));
        assert_eq!(followed("README.md", "docs/b.md#the-end"), Ok(()));
        assert_eq!(followed("README.md", "./docs/../docs/b.md"), Ok(()));
    }

    #[test]
    fn links_to_nothing_say_why() {
        assert_eq!(
            followed("README.md", "docs/c.md"),
            Err("there is no such file")
        );
        assert_eq!(
            followed("README.md", "docs/b.md#start"),
            Err("there is no such heading")
        );
        assert_eq!(
            followed("README.md", "../other"),
            Err("leads out of the repository")
        );
    }

    #[test]
    fn a_page_that_the_contents_do_not_name_is_left_out() {
        let texts = [
            ("docs/SUMMARY.md", "[A](a.md)"),
            ("docs/a.md", ""),
            ("docs/rules/b.md", ""),
        ];
        let pages = texts.map(|(path, text)| (PathBuf::from(path), markdown(text)));
        assert_eq!(
            left_out(&BTreeMap::from(pages)),
            ["docs/rules/b.md is not in docs/SUMMARY.md"]
        );
    }

    #[test]
    fn a_dead_link_of_the_book_is_found() {
        let book = tempfile::tempdir().unwrap();
        let page = r##"<h1 id="top"></h1> <a href="#top"> <a href="b.html#end"> <a href="c.html"> <a href="#no">"##;
        fs::write(book.path().join("a.html"), page).unwrap();
        fs::write(book.path().join("b.html"), r#"<h2 id="end"></h2>"#).unwrap();
        let found = in_book(book.path()).unwrap();
        assert_eq!(
            found,
            ["a.html: #no leads nowhere", "a.html: c.html leads nowhere"]
        );
    }

    #[test]
    fn links_out_of_the_book_lead_to_markdown_again() {
        let root = tempfile::tempdir().unwrap();
        let book = root.path().join("book");
        fs::create_dir(&book).unwrap();
        fs::write(root.path().join("README.md"), "").unwrap();
        let page = r#"<a href="../README.html#x"> <a href="../README.html"> <a href="b.html"> <a href="../c.html">"#;
        fs::write(book.join("a.html"), page).unwrap();
        mend(&book).unwrap();
        let mended = r#"<a href="../README.md#x"> <a href="../README.md"> <a href="b.html"> <a href="../c.html">"#;
        assert_eq!(fs::read_to_string(book.join("a.html")).unwrap(), mended);
    }
}
