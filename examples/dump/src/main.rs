//! Describes the messages in captured bytes of any protocol in this workspace; see `docs/dump.md`.

mod protocols;

use std::process::ExitCode;

use metaproto_testkit::dump::explorer;

fn main() -> ExitCode {
    explorer::main(protocols::PROTOCOLS)
}
