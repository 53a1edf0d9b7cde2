//! `dump`: describes the messages in captured bytes. The format of `--json` is documented in `docs/dump.md`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use awesomerpc::{AwesomeHeader, AwesomeRpc};
use metaproto_codec::Direction;
use metaproto_testkit::dump::{self, Subject};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The file; `-` reads stdin. It holds raw bytes, or hex text: a file with nothing but an even number of hex
    /// digits, white space, `0x` before digits, and comments from `#` to the end of the line is read as hex.
    file: PathBuf,
    /// One JSON object for each line instead of text for humans.
    #[arg(long)]
    json: bool,
    /// Feed this many bytes at a time; 0 feeds all at once. The output is the same.
    #[arg(long, default_value_t = 0)]
    chunk: usize,
    /// The direction in which the bytes travelled.
    #[arg(long, value_enum, default_value_t = Side::C2s)]
    direction: Side,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Side {
    /// From the client to the server.
    C2s,
    /// From the server to the client.
    S2c,
}

/// Reads the file and writes its messages to stdout. The exit status is that of [`dump::End::exit_status`].
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let file = &options.file;
    let bytes = dump::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let subject = Subject::of_header::<AwesomeHeader>(Box::new(AwesomeRpc::default()));
    let how = dump::Options {
        direction: match options.direction {
            Side::C2s => Direction::ClientToServer,
            Side::S2c => Direction::ServerToClient,
        },
        json: options.json,
        chunk: options.chunk,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let end = dump::run(subject, &bytes, how, &mut out).context("cannot write")?;
    Ok(ExitCode::from(end.exit_status()))
}
