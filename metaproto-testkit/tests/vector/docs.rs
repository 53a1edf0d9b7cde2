//! Every listing of the page is a file of vectors, and the written one says the same.

use metaproto_testkit::vector::VectorFile;

#[test]
fn every_listing_of_the_page_parses() {
    let page = include_str!("../../../docs/vectors.md");
    let listings: Vec<&str> = page
        .split("```mpv\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(listing, _)| listing))
        .collect();
    assert!(listings.len() >= 4, "only {} listings", listings.len());
    for listing in listings {
        let file = VectorFile::parse(listing).unwrap_or_else(|error| panic!("{listing}\n{error}"));
        assert_eq!(VectorFile::parse(&file.to_string()).unwrap(), file);
    }
}

#[test]
fn the_page_names_every_keyword() {
    let page = include_str!("../../../docs/vectors.md");
    let keywords = "mpv origin direction chunks rule codec reply before bytes expect mutate becomes refused \
                    request_id operation status stream_id header_size property";
    let expected = ["anything", "message", "wait", "reject", "limit"];
    let expected = expected.map(|expected| format!("expect {expected}"));
    for keyword in keywords
        .split_whitespace()
        .map(String::from)
        .chain(expected)
    {
        assert!(page.contains(&format!("`{keyword}")), "{keyword}");
    }
}
