//! The whole command line of a protocol explorer, for the author of any protocol.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use metaproto_codec::{Header, HeaderCodec, MIB};
//! use metaproto_testkit::dump::{Protocol, Subject, explorer};
//!
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Shop {
//!     #[header(request_id)]
//!     id: u32,
//!     #[header(frame_len, max = MIB)]
//!     length: u32,
//! }
//!
//! fn main() -> ExitCode {
//!     let subject = || Subject::of_header::<Shop>(Box::new(HeaderCodec::<Shop>::new()));
//!     explorer::main(&[Protocol::new("shop", subject).on_ports(&[9977])])
//! }
//! ```
//!
//! A program with other commands has [`Arguments`] as those of one, and calls [`run`].

mod progress;

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::{Parser, ValueEnum};
use metaproto_codec::Direction;

use self::progress::Progress;
use super::{
    Event, ExploreError, Format, Input, InputError, Page, Plan, Protocol, Style, Writer, explore,
};

/// The command line.
#[derive(clap::Args, Clone, Debug)]
pub struct Arguments {
    /// The file; `-` reads stdin. It holds a packet capture (pcap, pcapng), or hex text (nothing but an even number of hex
    /// digits, white space, `0x` before digits, and comments from `#` to the end of the line), or else raw bytes of one
    /// direction of a connection.
    pub file: PathBuf,
    /// What the file holds. Without it, the file must tell.
    #[arg(long, value_enum)]
    pub format: Option<FormatName>,
    /// The protocol. Without it, ports of captures and first bytes must tell.
    #[arg(long, value_name = "NAME")]
    pub protocol: Option<String>,
    /// The direction in which the bytes travelled; c2s unless given. Of a capture, show this direction only.
    #[arg(long, value_enum)]
    pub direction: Option<Side>,
    /// Of a capture, show connections from or to this port only.
    #[arg(long)]
    pub port: Option<u16>,
    /// One JSON object for each line instead of text for humans.
    #[arg(long)]
    pub json: bool,
    /// Write a page for a browser to this file, and no text for humans.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Show all bytes of each message, and whole tables; of a page, this changes nothing.
    #[arg(long)]
    pub full: bool,
    /// Colours in text. `auto` heeds NO_COLOR, CLICOLOR_FORCE and whether stdout is a terminal.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub color: When,
    /// Feed this many bytes at a time; 0 feeds as many as there are. The output is the same.
    #[arg(long, default_value_t = 0)]
    pub chunk: usize,
}

/// What a file holds, by name.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatName {
    /// Hex text.
    Hex,
    /// Raw bytes.
    Raw,
    /// A packet capture.
    Pcap,
}

/// Who sends.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the client to the server.
    C2s,
    /// From the server to the client.
    S2c,
}

/// Whether there are colours.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Where they are seen.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Why an exploration failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file cannot be read.
    #[error("cannot read {file}: {why}")]
    Read {
        /// The file.
        file: String,
        /// Why not.
        why: InputError,
    },
    /// There is no such protocol.
    #[error("no protocol {name:?}; there are {}", known.join(", "))]
    Protocol {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The input cannot be told or taken apart.
    #[error(transparent)]
    Explore(#[from] ExploreError),
    /// The page cannot be written.
    #[error("cannot write {file}: {why}")]
    Page {
        /// The file.
        file: String,
        /// Why not.
        why: io::Error,
    },
}

#[derive(Parser)]
#[command(
    version,
    about = "Describes the messages in captured bytes, one by one"
)]
struct Cli {
    #[command(flatten)]
    arguments: Arguments,
}

/// A whole program: reads the command line and explores. Without `--protocol`, the protocols are tried in their order.
pub fn main(protocols: &[Protocol]) -> ExitCode {
    let arguments = Cli::parse().arguments;
    run(&arguments, protocols).unwrap_or_else(|failure| {
        let program = std::env::args().next().unwrap_or_default();
        let name = Path::new(&program).file_stem().unwrap_or_default();
        eprintln!("{}: {failure}", name.display());
        ExitCode::FAILURE
    })
}

/// Explores the file and writes to stdout. That whoever reads the output has seen enough and closes it, as `head` does, is no
/// error.
///
/// # Errors
///
/// A file that cannot be read or told; a page that cannot be written.
pub fn run(arguments: &Arguments, protocols: &[Protocol]) -> Result<ExitCode, Failure> {
    let named = |name: &String| {
        let found = protocols.iter().find(|protocol| protocol.name() == name);
        found.ok_or_else(|| Failure::Protocol {
            name: name.clone(),
            known: protocols.iter().map(Protocol::name).collect(),
        })
    };
    let protocol = arguments.protocol.as_ref().map(named).transpose()?;
    let file = &arguments.file;
    let input = Input::open(file, arguments.format.map(Into::into));
    let input = input.map_err(|why| Failure::Read {
        file: file.display().to_string(),
        why,
    })?;
    let plan = Plan {
        protocols,
        protocol,
        direction: arguments.direction.map(Into::into),
        port: arguments.port,
        chunk: arguments.chunk,
    };
    let mut page = arguments.html.as_ref().map(|_| Page::new(&title(file)));
    let mut lines =
        (page.is_none() || arguments.json).then(|| Writer::new(stdout(), arguments.style()));
    let progress = Progress::new(
        input.length(),
        lines.is_some() && io::stdout().is_terminal(),
    );
    let report = |event: Event<'_>| {
        if let Some(page) = &mut page {
            page.event(&event);
        }
        lines.as_mut().map_or(Ok(()), |lines| lines.event(&event))
    };
    let explored = explore(input, plan, report, |done| progress.set(done));
    progress.finish();
    let flushed = lines.as_mut().map_or(Ok(()), Writer::flush);
    let status = match explored.and_then(|status| Ok(flushed.map(|()| status)?)) {
        Err(ExploreError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        result => result?,
    };
    if let (Some(file), Some(page)) = (&arguments.html, page) {
        write_page(file, page, lines.is_some())?;
    }
    Ok(ExitCode::from(status))
}

fn write_page(file: &Path, page: Page, is_quiet: bool) -> Result<(), Failure> {
    let (messages, shown) = page.messages();
    fs::write(file, page.finish()).map_err(|why| Failure::Page {
        file: file.display().to_string(),
        why,
    })?;
    if !is_quiet {
        let left_out = match messages - shown {
            0 => String::new(),
            left_out => format!(", {left_out} of them left out"),
        };
        let line = format!("{}: {messages} messages{left_out}\n", file.display());
        // Nobody need read this.
        let _ = io::stdout().write_all(line.as_bytes());
    }
    Ok(())
}

impl Arguments {
    fn style(&self) -> Style {
        if self.json {
            return Style::JSON;
        }
        let colours = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        Style::TEXT.colours(colours).full(self.full)
    }
}

fn stdout() -> impl Write {
    io::BufWriter::new(io::stdout().lock())
}

/// What a page is called.
fn title(file: &Path) -> String {
    if file.as_os_str() == "-" {
        return "stdin".to_owned();
    }
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.display().to_string()
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Hex => Self::Hex,
            FormatName::Raw => Self::Raw,
            FormatName::Pcap => Self::Capture,
        }
    }
}

impl From<Side> for Direction {
    fn from(side: Side) -> Self {
        match side {
            Side::C2s => Self::ClientToServer,
            Side::S2c => Self::ServerToClient,
        }
    }
}
