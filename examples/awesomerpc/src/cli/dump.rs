//! `dump`: describes the messages in captured bytes. The format of `--json` is documented in `docs/dump.md`.

use std::process::ExitCode;

use awesomerpc::{AwesomeHeader, AwesomeRpc};
use metaproto_testkit::dump::explorer::{self, Arguments};
use metaproto_testkit::dump::{Protocol, Subject};

const AWESOMERPC: Protocol = Protocol::new("awesomerpc", || {
    Subject::of_header::<AwesomeHeader>(Box::new(AwesomeRpc::default()))
});

/// Explores the file as awesomeRPC, the only protocol that there is. In a capture, each connection must look like it, unless
/// it is named.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    Ok(explorer::run(&arguments, &[AWESOMERPC])?)
}
