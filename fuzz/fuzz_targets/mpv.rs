//! The parser of `.mpv` files: never panics, and what it has read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use metaproto_testkit::vector::VectorFile;

fuzz_target!(|text: &str| {
    if let Ok(file) = VectorFile::parse(text) {
        let written = file.to_string();
        let again = VectorFile::parse(&written);
        assert_eq!(again.as_ref(), Ok(&file), "written as:\n{written}");
    }
});
