//! Every header of the gauntlet on the same bytes: answers are fair, whole, cut and in chunks.
#![no_main]

use bytes::Bytes;
use gauntlet::hostile::SUBJECTS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What is last is payload to most headers, so it can say how the bytes are cut.
    let chunk = 1 + usize::from(bytes.last().copied().unwrap_or(0) % 32);
    for subject in SUBJECTS {
        (subject.read)(&Bytes::copy_from_slice(bytes));
        (subject.read_fairly)(bytes);
        (subject.cut_in_chunks)(bytes, chunk);
    }
});
