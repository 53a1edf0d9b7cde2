//! The diagram in `WIRE.md` is that of the declaration. `METAPROTO_WRITE_PAGES=1` writes it anew.

use std::path::Path;

use metaproto_codec::Part;
use metaproto_describe::{diagram, table};
use trpc::TrpcHeader;

#[test]
fn the_diagram_is_that_of_the_declaration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("WIRE.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let schema = TrpcHeader::SCHEMA;
    let (start, end) = ("made from its declaration -->\n", "<!-- end -->");
    let (before, rest) = page.split_once(start).unwrap();
    let (found, after) = rest.split_once(end).unwrap();
    let block = format!("\n```text\n{}```\n\n{}\n", diagram(&schema), table(&schema));
    if std::env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
        std::fs::write(&path, [before, start, &block, end, after].concat()).unwrap();
        return;
    }
    assert_eq!(found, block, "METAPROTO_WRITE_PAGES=1 writes it anew");
}
