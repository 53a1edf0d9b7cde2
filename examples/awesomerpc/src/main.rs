//! The awesomeRPC command line: a server, a client, a proxy, a dump of captured bytes and a demonstration.

mod cli;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Serve, call, proxy and look at awesomeRPC.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run servers, a proxy and clients in this process and check that everything went where it was configured to go.
    Demo,
    /// Answer requests with the tag and the payload.
    Serve(cli::serve::Options),
    /// Send requests and check the replies.
    Call(cli::call::Options),
    /// Run the loopback proxy until the end of stdin or ctrl-c.
    Proxy(cli::proxy::Options),
    /// Describe the messages in a file, one by one.
    Dump(metaproto_testkit::dump::explorer::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Dump(options) => cli::dump::run(options),
        Command::Demo => cli::block_on(cli::demo::run()),
        Command::Serve(options) => cli::block_on(cli::serve::run(options)),
        Command::Call(options) => cli::block_on(cli::call::run(options)),
        Command::Proxy(options) => cli::block_on(cli::proxy::run(options)),
    };
    result.unwrap_or_else(|error| {
        eprintln!("awesomerpc: {error:#}");
        ExitCode::FAILURE
    })
}
