//! The importer of packet captures: never panics, and what it makes of one can be written and read again.
#![no_main]

use awesomerpc::AwesomeRpc;
use libfuzzer_sys::fuzz_target;
use metaproto_testkit::vector::{VectorFile, import};

fuzz_target!(|capture: &[u8]| {
    let Ok(files) = import::pcap(capture, || Box::new(AwesomeRpc::default())) else {
        return;
    };
    for file in files {
        let written = file.to_string();
        let again = VectorFile::parse(&written);
        assert_eq!(again.as_ref(), Ok(&file), "written as:\n{written}");
    }
});
