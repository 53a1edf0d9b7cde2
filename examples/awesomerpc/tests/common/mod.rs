//! What the tests share.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};

use awesomerpc::{AwesomeHeader, AwesomeRpc};
use metaproto_codec::{Codec, Direction, Header, Limits, Metadata, Session};
use recorded::{Expected, Message, Protocol};

/// A session over bytes that travel in `direction`.
pub(crate) fn session(direction: Direction) -> Session<AwesomeRpc> {
    Session::new(AwesomeRpc::default(), direction, Limits::default())
}

/// A directory beside the tests.
pub(crate) fn directory(name: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("tests").join(name)
}

/// A whole request.
pub(crate) fn request(pack_flow: u32, req_cmd: i16, body: &[u8]) -> Vec<u8> {
    AwesomeHeader {
        version: 1,
        pack_flow,
        pack_len: 0,
        req_cmd,
        rsp_code: 0,
    }
    .to_frame(body)
    .unwrap()
}

/// A request whose length field holds `pack_len` whatever follows it.
pub(crate) fn request_of_length(pack_len: u32) -> Vec<u8> {
    let mut bytes = request(1, 1, b"hello");
    bytes[5..9].copy_from_slice(&pack_len.to_be_bytes());
    bytes
}

/// awesomeRPC as the checks of recordings see it.
pub(crate) struct Awesome;

impl Protocol for Awesome {
    fn codec(&self) -> Box<dyn Codec> {
        Box::new(AwesomeRpc::default())
    }

    fn expected(&self, message: &Message<'_>) -> Expected {
        Expected::common(message).property("cmd", message.facts["metadata"]["cmd"].as_str())
    }

    fn disagreements(&self, message: &Message<'_>, found: &Metadata) -> Vec<String> {
        let header = AwesomeHeader::read_frame(found.frame()).unwrap();
        let fields = [
            ("version", i64::from(header.version)),
            ("cmd", i64::from(header.req_cmd)),
            ("rsp_code", i64::from(header.rsp_code)),
        ];
        let differs =
            |&(name, value): &(&str, i64)| message.number(name).is_some_and(|fact| fact != value);
        let others = fields.into_iter().filter(differs);
        others
            .map(|(name, value)| format!("{name} is {value}"))
            .collect()
    }

    fn values(&self, _: &str) -> Vec<String> {
        ["0", "-1", "32767", "-32768"].map(str::to_owned).into()
    }

    fn overhead(&self) -> usize {
        4
    }
}
