//! `docs/mistakes.md` quotes what is said; this compares each quotation with the file that holds the message. Those files are
//! compared with what the code says by the tests beside them.

use std::fs;
use std::path::{Path, PathBuf};

/// So many the page promises.
const AT_LEAST: usize = 30;

/// A row of a table.
struct Row {
    /// The line of the page.
    number: usize,
    /// The file that it links to.
    case: PathBuf,
    /// What is said.
    message: String,
}

#[test]
fn every_message_is_what_the_code_says() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = fs::read_to_string(docs.join("mistakes.md")).unwrap();
    let rows = rows(&page);
    assert!(rows.len() >= AT_LEAST, "{} mistakes", rows.len());
    for Row {
        number,
        case,
        message,
    } in rows
    {
        let case = docs.join(case);
        assert!(case.is_file(), "line {number}: no {}", case.display());
        let file = spoken(&case);
        let said = fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("line {number}: {}: {error}", file.display()));
        assert!(
            quotes(&message, &said),
            "line {number}: {message}\n\n{}:\n{said}",
            file.display()
        );
    }
}

#[test]
fn quotations_may_leave_out_what_is_between_and_nothing_else() {
    let said = "error: no such thing;\n  there are a, b and c\n";
    for (message, is_quotation) in [
        ("no such thing; there are a, b and c", true),
        ("no such thing; ... b and c", true),
        ("there are a, ...", true),
        ("b and c ... no such thing", false),
        ("no such things", false),
    ] {
        assert_eq!(quotes(message, said), is_quotation, "{message}");
    }
}

/// The rows of all tables: `| [what was written](file) | message | .. |`.
fn rows(page: &str) -> Vec<Row> {
    let lines = (1..).zip(page.lines());
    let rows = lines.filter(|(_, line)| line.starts_with("| ["));
    rows.map(|(number, line)| {
        let line = line.replace("\\|", "\0");
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, wrote, message, _, ""] = cells[..] else {
            panic!("line {number}: not three cells");
        };
        let (_, case) = wrote.rsplit_once("](").unwrap();
        Row {
            number,
            case: case.trim_end_matches(')').into(),
            message: message.replace('\0', "|"),
        }
    })
    .collect()
}

/// The file with what is said of `case`: beside Rust lies what the compiler says, beside all else a text.
fn spoken(case: &Path) -> PathBuf {
    let extension = match case.extension().and_then(|it| it.to_str()) {
        Some("rs") => "stderr",
        _ => "txt",
    };
    case.with_extension(extension)
}

/// Whether `said` has all of `message`, in order; at `...` something may be left out.
fn quotes(message: &str, said: &str) -> bool {
    let said = plain(said);
    let mut rest = said.as_str();
    message.split("...").all(|part| {
        let part = plain(part);
        let Some((_, behind)) = rest.split_once(&part) else {
            return false;
        };
        rest = behind;
        true
    })
}

/// Without line breaks and indentation.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
