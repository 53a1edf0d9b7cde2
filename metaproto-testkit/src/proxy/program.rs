//! The whole command line of a proxy, for the author of any protocol.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use super::{CodecFactory, Config, ConfigError, Proxy, StartError};

#[derive(Parser)]
#[command(
    version,
    about = "Routes messages between clients and servers, until its input ends"
)]
struct Cli {
    /// What to listen on, clusters and routes, as YAML.
    file: PathBuf,
    /// Listen here, whatever the file says.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Why a proxy did not run.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot read {file}: {why}")]
    Read { file: String, why: io::Error },
    #[error("{file}: {why}")]
    Config { file: String, why: ConfigError },
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    System(#[from] io::Error),
}

/// A whole program: reads the configuration that the command line names, says where it listens, and routes until stdin
/// ends; then it prints what it counted.
///
/// ```no_run
/// use std::process::ExitCode;
/// use std::sync::Arc;
///
/// use metaproto_codec::{Header, HeaderCodec, MIB};
///
/// #[derive(Header)]
/// #[header(big_endian)]
/// struct Shop {
///     #[header(request_id)]
///     id: u32,
///     #[header(frame_len, max = MIB)]
///     length: u32,
/// }
///
/// fn main() -> ExitCode {
///     metaproto_testkit::proxy::main(Arc::new(|| Box::new(HeaderCodec::<Shop>::new())))
/// }
/// ```
pub fn main(factory: CodecFactory) -> ExitCode {
    match run(Cli::parse(), factory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("proxy: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, factory: CodecFactory) -> Result<(), Failure> {
    let file = cli.file.display().to_string();
    let text = std::fs::read_to_string(&cli.file).map_err(|why| Failure::Read {
        file: file.clone(),
        why,
    })?;
    let mut config = Config::from_yaml(&text).map_err(|why| Failure::Config { file, why })?;
    config.listen = cli.listen.unwrap_or(config.listen);

    let runtime = tokio::runtime::Runtime::new()?;
    let proxy = runtime.block_on(Proxy::start(config, factory))?;
    // Whoever started it may have closed its output, and is served all the same.
    let _ = writeln!(io::stdout(), "listening on {}", proxy.local_addr());
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    let _ = write!(io::stdout(), "{}", proxy.stats());
    runtime.block_on(proxy.shutdown());
    Ok(())
}
