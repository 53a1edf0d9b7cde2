//! `proxy`: runs the loopback proxy with awesomeRPC and the routes of a YAML file.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use awesomerpc::AwesomeRpc;
use metaproto_codec::Codec;
use metaproto_testkit::proxy::{Config, Proxy};
use tokio::io::AsyncReadExt;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to listen on, the upstreams and the routes, as in `samples/proxy.yaml`.
    #[arg(long)]
    config: PathBuf,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let path = options.config.display();
    let text =
        std::fs::read_to_string(&options.config).with_context(|| format!("cannot read {path}"))?;
    let config = Config::from_yaml(&text).with_context(|| path.to_string())?;
    let proxy = start(config).await?;
    println!("listening {}", proxy.local_addr().port());
    tokio::select! {
        result = tokio::signal::ctrl_c() => result.context("cannot wait for ctrl-c")?,
        () = end_of_stdin() => {}
    }
    print!("{}", proxy.stats());
    proxy.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// A proxy that speaks awesomeRPC.
pub(crate) async fn start(config: Config) -> anyhow::Result<Proxy> {
    let codecs = Arc::new(|| Box::new(AwesomeRpc::default()) as Box<dyn Codec>);
    Proxy::start(config, codecs)
        .await
        .context("cannot start the proxy")
}

async fn end_of_stdin() {
    let mut stdin = tokio::io::stdin();
    let mut ignored = [0; 256];
    while stdin.read(&mut ignored).await.is_ok_and(|count| count != 0) {}
}
