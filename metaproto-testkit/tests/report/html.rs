//! The page, checked for its structure. What maud writes is well-formed but for void elements and bare attributes, so
//! that with these mended an XML parser can read it.

use std::fs;
use std::path::Path;

use metaproto_testkit::report::{Outcome, Report, VectorCount};
use regex::Regex;
use roxmltree::{Document, Node};

use crate::{hostile, rendered, sample};

#[test]
fn the_verdict_is_in_words() {
    let page = page("html-verdict", &sample::report());
    let document = parse(&page);
    assert_eq!(
        text_of(by_class(&document, "words")[0]),
        "3 rules are broken"
    );
    let verdict = text_of(by_class(&document, "verdict")[0]);
    assert!(verdict.contains("44 passed, 3 failed, 1 warning, 2 allowed, 3 unsupported"));
    let notice = text_of(by_class(&document, "notice")[0]);
    assert!(notice.contains("vectors: 0 - interoperability unproven"));
}

#[test]
fn a_flawless_run_conforms_and_warns_of_nothing() {
    let dir = rendered("html-flawless", &[sample::flawless()]);
    let page = fs::read_to_string(dir.join("dubbo-codec-Dubbo.html")).unwrap();
    let document = parse(&page);
    assert_eq!(text_of(by_class(&document, "words")[0]), "Conforms");
    assert!(by_class(&document, "notice").is_empty());
    assert!(by_class(&document, "failure").is_empty());
}

#[test]
fn a_codec_without_vectors_is_not_said_to_conform_without_more() {
    let mut report = sample::flawless();
    report.vectors = VectorCount::default();
    let dir = rendered("html-unproven", &[report]);
    for page in ["dubbo-codec-Dubbo.html", "index.html"] {
        let page = fs::read_to_string(dir.join(page)).unwrap();
        assert!(page.contains("Conforms, but interoperability is unproven"));
        assert!(page.contains("vectors: 0 - interoperability unproven"));
    }
}

#[test]
fn a_run_that_left_out_rules_does_not_conform() {
    let mut report = sample::flawless();
    report.not_run = vec![report.rules.pop().unwrap().id];
    let dir = rendered("html-partial", &[report]);
    let page = fs::read_to_string(dir.join("dubbo-codec-Dubbo.html")).unwrap();
    let document = parse(&page);
    assert_eq!(
        text_of(by_class(&document, "words")[0]),
        "Only 52 of 53 rules ran"
    );
}

#[test]
fn failures_come_first_with_all_their_bytes() {
    let report = sample::report();
    let page = page("html-bytes", &report);
    let document = parse(&page);
    let shown = by_class(&document, "failure");
    let ids: Vec<_> = shown
        .iter()
        .map(|node| node.attribute("id").unwrap())
        .collect();
    assert_eq!(ids, ["rule-D003", "rule-E004", "rule-R003", "rule-D009"]);
    for article in shown {
        let id = article.attribute("id").unwrap().trim_start_matches("rule-");
        let rule = report.rules.iter().find(|rule| rule.id == id).unwrap();
        let Outcome::Failed(failure) = &rule.outcome else {
            panic!("{id} is broken in the sample");
        };
        let expected: Vec<String> = failure
            .dump
            .iter()
            .flat_map(|row| &row.bytes)
            .map(|byte| byte.map_or("--".into(), |byte| format!("{byte:02x}")))
            .collect();
        let grid: Vec<String> = within(article, "byte")
            .map(|node| text_of(node).trim().into())
            .collect();
        assert_eq!(grid, expected, "{id}");
        let cuts: usize = failure.dump.iter().map(|row| row.cuts.len()).sum();
        assert_eq!(within(article, "cut").count(), cuts, "{id}");
        let text = text_of(article);
        for wanted in [
            &failure.replay,
            &failure.text,
            &failure.input,
            &rule.why,
            &rule.fix,
        ] {
            assert!(text.contains(wanted.as_str()), "{id}: {wanted}");
        }
    }
}

#[test]
fn wrong_bytes_and_differences_are_marked() {
    let page = page("html-marks", &sample::report());
    let document = parse(&page);
    let article = by_class(&document, "failure")[0];
    let wrong: Vec<_> = within(article, "wrong")
        .map(|node| text_of(node).trim().to_owned())
        .collect();
    assert_eq!(wrong, ["00", "00", "00", "07", "\u{2715} pack_flow"]);
    let marked: Vec<_> = article
        .descendants()
        .filter(|node| node.has_tag_name("mark"))
        .map(text_of)
        .collect();
    assert_eq!(marked, ["7", "0"]);
}

#[test]
fn every_rule_is_listed_once_in_its_family() {
    let report = sample::report();
    let page = page("html-rules", &report);
    let document = parse(&page);
    let titles: Vec<_> = by_class(&document, "title")
        .iter()
        .map(|node| text_of(*node))
        .collect();
    assert_eq!(titles.len(), report.rules.len());
    for rule in &report.rules {
        assert!(titles.contains(&rule.title), "{}", rule.id);
    }
    assert_eq!(by_class(&document, "rules").len(), 6);
}

#[test]
fn what_was_never_tried_stands_out() {
    let page = page("html-coverage", &sample::report());
    let document = parse(&page);
    let rows = document
        .descendants()
        .filter(|node| node.has_tag_name("tr") && has_class(*node, "never"));
    let never: Vec<_> = rows
        .map(|row| {
            text_of(
                row.descendants()
                    .find(|node| node.has_tag_name("th"))
                    .unwrap(),
            )
        })
        .collect();
    assert_eq!(
        never,
        [
            "heartbeat ping",
            "heartbeat pong",
            "attachments: at its maximum",
            "status = other (2)"
        ]
    );
}

#[test]
fn links_within_the_page_lead_somewhere_and_ids_are_unique() {
    let page = page("html-links", &sample::report());
    let document = parse(&page);
    let mut ids: Vec<_> = document
        .descendants()
        .filter_map(|node| node.attribute("id"))
        .collect();
    let links = document
        .descendants()
        .filter_map(|node| node.attribute("href"));
    for target in links.filter_map(|link| link.strip_prefix('#')) {
        assert!(ids.contains(&target), "{target}");
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn nothing_in_a_report_gets_into_the_markup() {
    let dir = rendered("html-hostile", &[hostile::report()]);
    let mut pages = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        pages += 1;
        let page = fs::read_to_string(&path).unwrap();
        let document = parse(&page);
        let scripts = document
            .descendants()
            .filter(|node| node.has_tag_name("script"));
        assert_eq!(scripts.count(), 0);
        assert!(!page.contains(['\u{0}', '\u{202e}', '\u{1b}']));
        assert!(document.root().descendants().any(|node| {
            node.is_text()
                && node
                    .text()
                    .is_some_and(|text| text.contains("<script>alert(\"1\")"))
        }));
    }
    assert_eq!(pages, 2);
}

#[test]
fn the_page_loads_nothing() {
    let dir = rendered("html-alone", &[sample::report(), sample::flawless()]);
    for name in ["index.html", "awesomerpc-AwesomeRpc.html"] {
        let page = fs::read_to_string(dir.join(name)).unwrap();
        for foreign in [
            "http:", "https:", "src=", "@import", "url(", "<link", "<script",
        ] {
            assert!(!page.contains(foreign), "{name}: {foreign}");
        }
    }
}

#[test]
fn the_index_lists_all_codecs() {
    let dir = rendered("index", &[sample::report(), sample::flawless()]);
    fs::write(dir.join("other-tool.json"), "{\"codec\": 1}").unwrap();
    metaproto_testkit::report::write(&dir, &sample::report()).unwrap();
    let page = fs::read_to_string(dir.join("index.html")).unwrap();
    let document = parse(&page);
    let links: Vec<_> = document
        .descendants()
        .filter_map(|node| node.attribute("href"))
        .collect();
    for link in &links {
        assert!(dir.join(link).exists(), "{link}");
    }
    let names: Vec<_> = by_class(&document, "codec")
        .iter()
        .map(|node| {
            text_of(
                node.descendants()
                    .find(|node| node.has_tag_name("h2"))
                    .unwrap(),
            )
        })
        .collect();
    assert_eq!(names, ["AwesomeRpc", "Dubbo"]);
}

fn page(name: &str, report: &Report) -> String {
    let dir = rendered(name, std::slice::from_ref(report));
    fs::read_to_string(Path::new(&dir).join("awesomerpc-AwesomeRpc.html")).unwrap()
}

/// The page as XML. The page lives as long as its tree, so it is leaked: these are tests.
fn parse(page: &str) -> Document<'static> {
    let void = Regex::new(r"<(meta|wbr)([^>]*)>").unwrap();
    let bare = Regex::new(r"<details([^>]*) open>").unwrap();
    let xml = page.trim_start_matches("<!DOCTYPE html>");
    let xml = void.replace_all(xml, "<$1$2/>");
    let xml = bare.replace_all(&xml, "<details$1 open=\"\">").into_owned();
    Document::parse(xml.leak()).unwrap()
}

fn has_class(node: Node<'_, '_>, class: &str) -> bool {
    let classes = node.attribute("class").unwrap_or_default();
    classes.split(' ').any(|other| other == class)
}

fn within<'a>(node: Node<'a, 'static>, class: &str) -> impl Iterator<Item = Node<'a, 'static>> {
    node.descendants()
        .filter(move |node| has_class(*node, class))
}

fn by_class<'a>(document: &'a Document<'static>, class: &str) -> Vec<Node<'a, 'static>> {
    within(document.root(), class).collect()
}

fn text_of(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text())
        .collect()
}
