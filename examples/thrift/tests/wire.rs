//! `WIRE.md` draws the headers as they are declared. `METAPROTO_WRITE_PAGES=1` draws them anew.

use std::path::Path;
use std::{env, fs};

use metaproto_codec::{Part, Schema};
use metaproto_describe::{diagram, table};
use thrift::{BinaryBegin, CompactBegin, KeyValues, OldBinaryBegin, THeader, THeaderFrame};

const DRAWN: [(&str, Schema); 6] = [
    ("BinaryBegin", BinaryBegin::SCHEMA),
    ("CompactBegin", CompactBegin::SCHEMA),
    ("OldBinaryBegin", OldBinaryBegin::SCHEMA),
    ("THeaderFrame", THeaderFrame::SCHEMA),
    ("THeader", THeader::SCHEMA),
    ("KeyValues", KeyValues::SCHEMA),
];

#[test]
fn the_page_shows_the_headers_as_they_are_declared() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("WIRE.md");
    let page = fs::read_to_string(&path).unwrap();
    let mut wanted = page.clone();
    for (name, schema) in DRAWN {
        let mark = format!("<!-- {name} -->\n");
        let (start, rest) = wanted.split_once(&mark).unwrap();
        let (_, end) = rest.split_once("<!-- end -->").unwrap();
        let drawn = format!("\n```text\n{}```\n\n{}\n", diagram(&schema), table(&schema));
        wanted = [start, &mark, &drawn, "<!-- end -->", end].concat();
    }
    if env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
        fs::write(&path, wanted).unwrap();
        return;
    }
    assert_eq!(page, wanted, "METAPROTO_WRITE_PAGES=1 draws them anew");
}
