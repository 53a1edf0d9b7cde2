//! Configurations with a mistake: `tests/refused/*.json` as Envoy hands them to the hooks, and beside each what the log says.
//!
//! `METAPROTO_WRITE_PAGES=1 cargo test -p metaproto-envoy refusals` writes the latter.
#![allow(unsafe_code)]

use std::path::Path;
use std::{env, fs, ptr};

use metaproto_codec::{Header, HeaderCodec};
use serde_json::Value;

use super::abi::{Buffer, Module};
use super::{fake, hooks};
use crate::Registry;

const CODECS: Registry = Registry::new(&[
    ("dubbo", || Box::new(HeaderCodec::<Frame>::new())),
    ("thrift", || Box::new(HeaderCodec::<Frame>::new())),
]);

#[derive(Header)]
#[header(big_endian)]
struct Frame {
    #[header(frame_len, max = 8)]
    length: u8,
}

#[test]
fn every_mistake_is_refused_in_the_words_beside_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let paths = fs::read_dir(&directory).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path());
    let mistakes = paths.filter(|path| path.extension().is_some_and(|it| it == "json"));
    let mut tried = 0;
    for path in mistakes {
        let mistake: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert!(load(&mistake).is_null(), "{} is no mistake", path.display());
        let log = fake::log();
        let lines = log.iter().map(|(_, line)| format!("{line}\n"));
        let text: String = lines.collect();
        let words = path.with_extension("txt");
        if env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
            fs::write(&words, &text).unwrap();
        }
        let expected = fs::read_to_string(&words).unwrap_or_default();
        assert_eq!(text, expected, "{}", words.display());
        tried += 1;
    }
    assert!(tried > 0, "nothing in {}", directory.display());
}

/// Loads a configuration as Envoy does, which hands over a `google.protobuf.Struct` as JSON, and none as nothing.
fn load(half: &Value) -> Module {
    let json = |key| {
        half.get(key)
            .map_or_else(String::new, |config: &Value| config.to_string())
    };
    let name = |key| half[key].as_str();
    if let Some(name) = name("filter_name") {
        let config = json("filter_config");
        let (name, config) = (Buffer::new(name.as_bytes()), Buffer::new(config.as_bytes()));
        // SAFETY: the texts outlive the call, and the callbacks of tests do not look at the configuration.
        return unsafe { hooks::network_filter_config_new(CODECS, ptr::null_mut(), name, config) };
    }
    let config = json("transport_socket_config");
    let socket = name("transport_socket_name").unwrap();
    let is_upstream = match name("of") {
        Some("cluster") => true,
        Some("listener") => false,
        of => panic!("of {of:?}"),
    };
    let (name, config) = (
        Buffer::new(socket.as_bytes()),
        Buffer::new(config.as_bytes()),
    );
    // SAFETY: as above.
    unsafe {
        let envoy = ptr::null_mut();
        hooks::transport_socket_factory_config_new(CODECS, envoy, name, config, is_upstream)
    }
}
