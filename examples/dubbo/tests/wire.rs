//! `WIRE.md` draws the header as it is declared. `METAPROTO_WRITE_PAGES=1` draws it anew.

use std::path::Path;
use std::{env, fs};

use dubbo::DubboHeader;
use metaproto_codec::Part;
use metaproto_describe::{diagram, table};

/// What stands before and behind what is drawn.
const MARKS: [&str; 2] = ["<!-- header -->\n", "<!-- end of header -->"];

#[test]
fn the_page_shows_the_header_as_it_is_declared() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("WIRE.md");
    let page = fs::read_to_string(&path).unwrap();
    let [before, behind] = MARKS;
    let (start, rest) = page.split_once(before).unwrap();
    let (_, end) = rest.split_once(behind).unwrap();
    let schema = DubboHeader::SCHEMA;
    let drawn = format!("\n```text\n{}```\n\n{}\n", diagram(&schema), table(&schema));
    let wanted = [start, before, &drawn, behind, end].concat();
    if env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
        fs::write(&path, wanted).unwrap();
        return;
    }
    assert_eq!(page, wanted, "METAPROTO_WRITE_PAGES=1 draws it anew");
}
