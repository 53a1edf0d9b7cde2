//! From the documents of a service mesh to the configuration of an Envoy; see `docs/mesh.md`.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args, Parser};
use metaproto_mesh::{Documents, Options, Problem, check, translate};

/// Mesh documents (MetaRouter, ApplicationProtocol, DestinationRule, ServiceEntry, Service, EndpointSlice, Endpoints,
/// Pod) for an Envoy that runs metaproto's module.
#[derive(Parser)]
#[command(name = "metaproto-mesh", version)]
enum Command {
    /// Writes the configuration of Envoy, or all reasons why there is none.
    Translate(Translate),
    /// Says which protocol each port has by its name, and what is wrong with names.
    Check(Check),
}

#[derive(Args)]
struct Translate {
    /// Files of YAML documents; `-` reads stdin.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The name of the module, whose file is libNAME.so.
    #[arg(long, value_name = "NAME")]
    module: String,
    /// Where to write the configuration; stdout otherwise.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// The address on which listeners are bound, each at its host's port.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Binds one listener elsewhere; HOST may be HOST:PORT.
    #[arg(long, value_name = "HOST=ADDRESS:PORT", value_parser = listen)]
    listen: Vec<(String, SocketAddr)>,
    /// Listeners for hosts with a MetaRouter only, and for those of --listen.
    #[arg(long)]
    only_routed: bool,
    /// The domain in which full names of services end.
    #[arg(long, default_value = "cluster.local")]
    cluster_domain: String,
    /// Where the admin interface listens; nowhere otherwise.
    #[arg(long, value_name = "ADDRESS:PORT")]
    admin: Option<SocketAddr>,
    /// Seconds that a request may take; as long as it takes otherwise.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

#[derive(Args)]
struct Check {
    /// Files of YAML documents; `-` reads stdin.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The domain in which full names of services end.
    #[arg(long, default_value = "cluster.local")]
    cluster_domain: String,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Translate(arguments) => run_translate(arguments),
        Command::Check(arguments) => run_check(&arguments),
    };
    done.unwrap_or_else(|error| {
        eprintln!("metaproto-mesh: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_translate(arguments: Translate) -> anyhow::Result<ExitCode> {
    let documents = read(&arguments.files)?;
    let options = Options {
        address: arguments.address,
        listen: arguments.listen.into_iter().collect(),
        only_routed: arguments.only_routed,
        cluster_domain: arguments.cluster_domain,
        admin: arguments.admin,
        timeout: arguments.timeout,
        ..Options::new(&arguments.module)
    };
    let envoy = match translate(&documents, &options) {
        Ok(envoy) => envoy,
        Err(problems) => return Ok(failure(&problems)),
    };
    for document in envoy.skipped() {
        eprintln!("{document}: skipped, for it is no document of the mesh");
    }
    let yaml = envoy.to_yaml();
    match &arguments.output {
        Some(path) => std::fs::write(path, yaml)
            .with_context(|| format!("cannot write {}", path.display()))?,
        None => print!("{yaml}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn run_check(arguments: &Check) -> anyhow::Result<ExitCode> {
    let documents = read(&arguments.files)?;
    match check(&documents, &arguments.cluster_domain) {
        Ok(ports) => {
            for port in ports {
                let what = port.protocol.map_or_else(
                    || "none of ours".to_owned(),
                    |(protocol, codec)| format!("protocol {protocol}, codec {codec}"),
                );
                println!("{}:{} {}: {what}", port.host, port.number, port.name);
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => Ok(failure(&problems)),
    }
}

fn failure(problems: &[Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}

fn read(files: &[PathBuf]) -> anyhow::Result<Documents> {
    let mut documents = Documents::new();
    for file in files {
        let name = file.display().to_string();
        let text = if file == Path::new("-") {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .context("cannot read stdin")?;
            text
        } else {
            std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?
        };
        documents.read(&name, &text);
    }
    Ok(documents)
}

fn listen(text: &str) -> anyhow::Result<(String, SocketAddr)> {
    let (host, address) = text
        .split_once('=')
        .ok_or_else(|| anyhow!("HOST=ADDRESS:PORT belongs here"))?;
    Ok((host.to_owned(), address.parse()?))
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}
