//! Pages, checked for their structure. What maud writes is well-formed but for void elements and bare attributes, so that
//! with these mended an XML parser can read it.

use metaproto_testkit::dump::{Input, MAX_PAGE_MESSAGES, Page};
use regex::Regex;
use roxmltree::{Document, Node};

use crate::wire::{Sent, answered, call, capture, opened, reported, sent};

fn page(input: Input) -> String {
    let mut page = Page::new("a <file>");
    reported(input, |event| {
        page.event(&event);
        Ok(())
    })
    .unwrap();
    page.finish()
}

fn stream(bytes: Vec<u8>) -> Input {
    Input::Stream(Box::new(std::io::Cursor::new(bytes)), None)
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

fn by_class<'a>(document: &'a Document<'static>, class: &str) -> Vec<Node<'a, 'static>> {
    let has = |node: &Node<'_, '_>| {
        let classes = node.attribute("class").unwrap_or_default();
        classes.split(' ').any(|other| other == class)
    };
    document.descendants().filter(has).collect()
}

fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    texts.filter_map(|node| node.text()).collect()
}

#[test]
fn every_byte_says_what_it_is() {
    let message = call(1, "one", b"1234567");
    let document = parse(&page(stream(message.clone())));
    let bytes = by_class(&document, "byte");
    let shown: Vec<_> = bytes.iter().map(|node| text_of(*node)).collect();
    let expected: Vec<_> = message.iter().map(|byte| format!("{byte:02x} ")).collect();
    assert_eq!(shown, expected);
    let titles: Vec<_> = bytes
        .iter()
        .map(|node| node.attribute("title").unwrap())
        .collect();
    assert_eq!(titles[0], "magic = 51729, bytes 0 to 1");
    assert_eq!(titles[8], "code = 0, byte 8");
    assert_eq!(titles[19], "body, bytes 13 to 19");
}

#[test]
fn what_a_peer_sends_stays_text() {
    let hostile = "<script>alert(\"1\")</script>\x1b\u{202e}&'";
    let page = page(stream(call(1, hostile, hostile.as_bytes())));
    assert!(!page.contains("<script"));
    assert!(!page.contains(['\x1b', '\u{202e}']));
    assert!(
        page.contains("default-src 'none'"),
        "it forbids itself to load or run anything"
    );
    let document = parse(&page);
    let operation = text_of(by_class(&document, "operation")[0]);
    assert!(
        operation.starts_with("<script>alert(\"1\")</script>\u{241b}"),
        "{operation}"
    );
    let outside = Regex::new(r#"(src|href)="?https?:|url\(|@import"#).unwrap();
    assert!(!outside.is_match(&page), "it needs no network");
    assert_eq!(
        text_of(
            document
                .descendants()
                .find(|node| node.has_tag_name("h1"))
                .unwrap()
        ),
        "a <file>"
    );
}

#[test]
fn connections_are_listed_with_what_is_wrong_in_them() {
    let message = call(1, "one", b"1234567");
    let mut segments = opened().to_vec();
    segments.extend([sent(0, &message), sent(25, &message), answered(0, &message)]);
    let other = Sent {
        from: 40_001,
        ..sent(0, b"GET / HTTP/1.1")
    };
    segments.push(other);
    let document = parse(&page(Input::Capture(capture(&segments))));
    let contents = by_class(&document, "contents")[0];
    let rows = contents
        .descendants()
        .filter(|node| node.has_tag_name("tr"));
    let rows: Vec<_> = rows.skip(1).map(text_of).collect();
    assert_eq!(
        rows,
        [
            "110.0.0.1:40000\u{a0}> 10.0.0.2:80call3\u{2715} 1 fault",
            "210.0.0.1:40001\u{a0}> 10.0.0.2:80unknown0\u{2013}"
        ]
    );
    let links = contents
        .descendants()
        .filter_map(|node| node.attribute("href"));
    for link in links {
        let there = |node: &Node<'_, '_>| node.attribute("id") == Some(&link[1..]);
        assert!(document.descendants().any(|node| there(&node)), "{link}");
    }
    assert!(
        by_class(&document, "line")
            .iter()
            .any(|node| text_of(*node).contains("5 bytes were not captured"))
    );
}

#[test]
fn a_page_has_a_limit_and_says_what_it_leaves_out() {
    let count = MAX_PAGE_MESSAGES + 7;
    let stream = stream(call(1, "one", b"").repeat(count));
    let page = page(stream);
    let document = parse(&page);
    assert_eq!(by_class(&document, "message").len(), MAX_PAGE_MESSAGES);
    let notice = text_of(by_class(&document, "notice")[0]);
    assert!(
        notice.starts_with("7 of 1\u{202f}007 messages are left out."),
        "{notice}"
    );
}
