//! Describes the messages in captured bytes of any protocol in this workspace; see `docs/dump.md`.

mod protocols;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use clap::builder::PossibleValuesParser;
use metaproto_codec::Direction;
use metaproto_testkit::dump;

use crate::protocols::{PROTOCOLS, Protocol};

/// Describes the messages in captured bytes, one by one.
#[derive(Parser)]
#[command(name = "metaproto-dump", version)]
struct Arguments {
    /// The file; `-` reads stdin. It holds raw bytes, or hex text: a file with nothing but an even number of hex
    /// digits, white space, `0x` before digits, and comments from `#` to the end of the line is read as hex.
    file: PathBuf,
    /// The protocol. Without it, the first bytes must tell.
    #[arg(long, value_parser = PossibleValuesParser::new(PROTOCOLS.iter().map(|protocol| protocol.name)))]
    protocol: Option<String>,
    /// The direction in which the bytes travelled.
    #[arg(long, value_enum, default_value_t = Side::C2s)]
    direction: Side,
    /// One JSON object for each line instead of text for humans.
    #[arg(long)]
    json: bool,
    /// Feed this many bytes at a time; 0 feeds all at once. The output is the same.
    #[arg(long, default_value_t = 0)]
    chunk: usize,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Side {
    /// From the client to the server.
    C2s,
    /// From the server to the client.
    S2c,
}

fn main() -> ExitCode {
    run(&Arguments::parse()).unwrap_or_else(|error| {
        eprintln!("metaproto-dump: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    let bytes = dump::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let protocol = match &arguments.protocol {
        Some(name) => Protocol::named(name),
        None => Protocol::of(&bytes),
    };
    let protocol =
        protocol.context("the first bytes do not tell the protocol: name it with --protocol")?;
    let options = dump::Options {
        direction: match arguments.direction {
            Side::C2s => Direction::ClientToServer,
            Side::S2c => Direction::ServerToClient,
        },
        json: arguments.json,
        chunk: arguments.chunk,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let subject = (protocol.subject)();
    let end = dump::run(subject, &bytes, options, &mut out).context("cannot write")?;
    Ok(ExitCode::from(end.exit_status()))
}
