//! The parser of `.mpv` files: never panics, and what it has read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use metaproto_testkit::vector::VectorFile;

fuzz_target!(|text: &str| {
    // A few words may repeat a byte up to the limit of a file, which takes seconds to write out.
    let is_short = |file: &VectorFile| {
        file.vectors
            .iter()
            .all(|vector| vector.stream().len() <= 1 << 16)
    };
    if let Ok(file) = VectorFile::parse(text)
        && is_short(&file)
    {
        let written = file.to_string();
        let again = VectorFile::parse(&written);
        assert_eq!(again.as_ref(), Ok(&file), "written as:\n{written}");
    }
});
