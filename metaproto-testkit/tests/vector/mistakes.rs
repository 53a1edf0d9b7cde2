//! Every mistake has its place, and says the way out.

use std::path::Path;
use std::{env, fs};

use metaproto_testkit::vector::{ReadError, VectorFile, replay};

use crate::shop::shop;

/// Bad texts, and the first line and the help of what is said of them.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "",
        "1:1: found the end of the file, expected `mpv 1`, the version of the format",
        "",
    ),
    (
        "# nothing\n\n",
        "2:1: found the end of the file, expected `mpv 1`, the version of the format",
        "",
    ),
    (
        "mpv 2",
        "1:5: found `2`, expected `1`, the version of the format",
        "",
    ),
    (
        "mpv 1 1",
        "1:7: found `1`, expected the end of the line",
        "",
    ),
    (
        "[x]",
        "1:1: found `[`, expected `mpv 1`, the version of the format",
        "",
    ),
    (
        "mpv 1\norigin me",
        "2:8: found `me`, expected who made the bytes, in quotes",
        "write \"me\"",
    ),
    (
        "mpv 1\norigin",
        "2:7: found the end of the line, expected who made the bytes, in quotes",
        "",
    ),
    (
        "mpv 1\norigin \"me",
        "2:8: found a text without end, expected `\"` at its end, on the same line",
        "a line break in a text is written `\\n`",
    ),
    (
        "mpv 1\norigin \"a\\q\"",
        "2:10: found the escape `\\q`, expected one of `\\n \\r \\t \\0 \\\" \\\\ \\u{..}`",
        "",
    ),
    (
        "mpv 1\norigin \"\\u{d800}\"",
        "2:9: found an escape that names no character, expected `\\u{..}` with 1 to 6 hex digits of a character",
        "",
    ),
    (
        "mpv 1\nbytes 01",
        "2:1: found `bytes`, expected `[name]`, which starts a vector",
        "a vector starts with `[name]`, a block with `bytes`",
    ),
    (
        "mpv 1\norigin \"a\"\norigin \"b\"",
        "3:1: found `origin`, expected `[name]`, which starts a vector",
        "`origin` stands once, after `mpv 1`",
    ),
    (
        "mpv 1\n[two words]",
        "2:6: found `words`, expected `]`",
        "a name with spaces stands in quotes: `[\"two words\"]`",
    ),
    (
        "mpv 1\n[]",
        "2:2: found `]`, expected the name of the vector, in quotes",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\n[x]\ndirection c2s",
        "4:2: found `x`, expected a name of its own",
        "the vector at line 2 has this name already",
    ),
    (
        "mpv 1\n[x]",
        "2:4: found the end of the file, expected `direction c2s` or `direction s2c` before the first block",
        "",
    ),
    (
        "mpv 1\n[x]\nbytes 00",
        "3:1: found `bytes`, expected `direction c2s` or `direction s2c` before the first block",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection up",
        "3:11: found `up`, expected `c2s` or `s2c`",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\ndirection c2s",
        "4:1: found `direction`, expected `direction` only once",
        "",
    ),
    (
        "mpv 1\n[x]\ncolour red",
        "3:1: found `colour`, expected `direction`, `chunks`, `rule`, `codec`, `reply`, `before` or `bytes`",
        "",
    ),
    (
        "mpv 1\n[x]\nexpect wait",
        "3:1: found `expect`, expected `direction`, `chunks`, `rule`, `codec`, `reply`, `before` or `bytes`",
        "a vector starts with `[name]`, a block with `bytes`",
    ),
    (
        "mpv 1\n[x]\nchunks",
        "3:7: found the end of the line, expected the size of a chunk in bytes, a number",
        "",
    ),
    (
        "mpv 1\n[x]\nchunks 0",
        "3:8: found `0`, expected a chunk of at least 1 byte",
        "",
    ),
    (
        "mpv 1\n[x]\nchunks 1 * 0",
        "3:12: found `0`, expected a number of at least 1",
        "",
    ),
    (
        "mpv 1\n[x]\nchunks 1 * 9999999",
        "3:12: found `9999999`, expected at most 1048576 here",
        "",
    ),
    (
        "mpv 1\n[x]\nchunks -1",
        "3:8: found `-1`, expected the size of a chunk in bytes, a number",
        "",
    ),
    (
        "mpv 1\n[x]\nchunks 99999999999999999999999",
        "3:8: found `99999999999999999999999`, expected the size of a chunk in bytes, a number that is not so large",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nchunks 2 3\nbytes 00\nexpect wait",
        "4:8: found `2`, expected chunks that are together no longer than the blocks",
        "bytes in the blocks: 1, in the chunks: 5; what is left is one more chunk and needs no size",
    ),
    (
        "mpv 1\n[x]\nreply timeout \"t\"",
        "3:7: found `timeout`, expected `route_not_found`, `cluster_not_found`, `no_healthy_upstream`, `bad_response`, `unspecified` or `over_limit`",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 0",
        "4:7: found `0`, expected bytes in hex, two digits for each",
        "a digit is missing or too many; a small number is `00`",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 0x01",
        "4:7: found `0x01`, expected bytes in hex, two digits for each",
        "leave out the `0x`: `01`",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes\n  0000: 01",
        "5:3: found `0000:`, expected bytes in hex, two digits for each",
        "leave out the offsets of a hexdump",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes\n  00\nexpekt wait",
        "6:1: found `expekt`, expected bytes in hex, two digits for each",
        "text stands in quotes; no part of a vector is called `expekt`",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes * 3",
        "4:7: found `*`, expected bytes in hex, or text in quotes",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00 * many",
        "4:12: found `many`, expected how often, a number",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00 * 60000000\n00 * 60000000",
        "5:1: found `00`, expected at most 7108864 more bytes",
        "a file holds at most 67108864 bytes",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00",
        "4:9: found the end of the file, expected `expect`",
        "write `expect anything` for bytes that are only input",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nbytes 01",
        "5:1: found `bytes`, expected bytes in hex, or `expect`",
        "a vector starts with `[name]`, a block with `bytes`",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect",
        "5:7: found the end of the line, expected `anything`, `message`, `wait`, `reject`, `limit` or a kind of message (`request`, `oneway`, `response`, `error`, `ping`, `pong`, `stream_init`, `stream_data`, `stream_close`, `event`)",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect call",
        "5:8: found `call`, expected `anything`, `message`, `wait`, `reject`, `limit` or a kind of message (`request`, `oneway`, `response`, `error`, `ping`, `pong`, `stream_init`, `stream_data`, `stream_close`, `event`)",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect ping",
        "5:8: found `ping`, expected a `header_size` below it",
        "state the bytes before the body, or write `expect message` and have the facts filled in",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect ping\nheader_size 1\nheader_size 1",
        "7:1: found `header_size`, expected `header_size` only once",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect ping\nrequest_id 0x0",
        "6:12: found `0x0`, expected the id: a number, or bytes as `0x` and hex digits",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect ping\nproperty \"a\" 5",
        "6:14: found `5`, expected the value of the property, in quotes",
        "write \"5\"",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect ping\nstatus fine",
        "6:8: found `fine`, expected `ok` or `error`",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect message\n  request_id 7",
        "6:3: found `request_id`, expected no facts here",
        "facts follow a kind of message, as in `expect request`",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect wait few",
        "5:13: found `few`, expected a number of bytes",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect reject in f at 5",
        "5:20: found `at`, expected a rule, `at OFFSET` or `in FIELD`, in this order",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect reject at",
        "5:17: found the end of the line, expected an offset in the stream, bytes",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect reject\nbytes 00\nexpect wait",
        "6:1: found `bytes`, expected the end of the vector",
        "a codec that refused bytes refuses all that follows; start a new vector",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect wait\nmutate remove \"a\"",
        "6:1: found `mutate`, expected `bytes` or the next `[vector]`",
        "only a whole message can be changed",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect message\nmutate add \"a\" \"b\"",
        "6:8: found `add`, expected `set \"key\" \"value\"`, `remove \"key\"`, `request_id ID` or `stream_id N`",
        "",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect message\nbecomes 00",
        "6:1: found `becomes`, expected `bytes` or the next `[vector]`",
        "it follows `mutate`",
    ),
    (
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect wait\nchunks 1",
        "6:1: found `chunks`, expected `bytes` or the next `[vector]`",
        "it stands after the `[name]` of a vector, before its first `bytes`",
    ),
];

#[test]
fn every_mistake_is_told_with_its_place_and_the_way_out() {
    for (text, expected, help) in MISTAKES {
        let error = VectorFile::parse(text).expect_err(text);
        let shown = error.to_string();
        assert_eq!(shown.lines().next(), Some(*expected), "{text}");
        assert_eq!(error.help.as_deref().unwrap_or_default(), *help, "{text}");
    }
}

#[test]
fn a_mistake_shows_its_line() {
    let error = VectorFile::parse("mpv 1\n[x]\n\tdirection up # é\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "3:12: found `up`, expected `c2s` or `s2c`\n3 | \tdirection up # é\n  | \t          ^"
    );
}

#[test]
fn a_file_is_named() {
    let directory = std::env::temp_dir().join(format!("mpv-{}-read", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join("bad.mpv");
    fs::write(&path, "mpv 1\n[x").unwrap();
    let error = VectorFile::read(&path).unwrap_err().to_string();
    let expected = format!(
        "{}:2:3: found the end of the line, expected `]`",
        path.display()
    );
    assert!(error.starts_with(&expected), "{error}");
    fs::write(&path, b"mpv 1\n\xff").unwrap();
    assert!(matches!(VectorFile::read(&path), Err(ReadError::Io { .. })));
    assert!(matches!(
        VectorFile::read(directory.join("none.mpv")),
        Err(ReadError::Io { .. })
    ));
    fs::remove_dir_all(directory).unwrap();
}

/// `mistakes/*.mpv`, and beside each what is said of it: by the reader, or where it reads well, by the replay.
/// `METAPROTO_WRITE_PAGES=1 cargo test -p metaproto-testkit --test vector mistakes` writes the latter.
#[test]
fn every_file_with_a_mistake_is_refused_in_the_words_beside_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vector/mistakes");
    let paths = fs::read_dir(&directory).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path());
    let mut tried = 0;
    for path in paths.filter(|path| path.extension().is_some_and(|it| it == "mpv")) {
        let said = match VectorFile::parse(&fs::read_to_string(&path).unwrap()) {
            Err(error) => error.to_string(),
            Ok(file) => {
                let replays = file.vectors.iter().map(|vector| replay(vector, shop));
                let mismatch = replays.filter_map(Result::err).next();
                mismatch
                    .unwrap_or_else(|| panic!("{} is no mistake", path.display()))
                    .to_string()
            }
        };
        let words = path.with_extension("txt");
        if env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
            fs::write(&words, format!("{said}\n")).unwrap();
        }
        let expected = fs::read_to_string(&words).unwrap_or_default();
        assert_eq!(format!("{said}\n"), expected, "{}", words.display());
        tried += 1;
    }
    assert!(tried > 0, "nothing in {}", directory.display());
}
