//! One client, two servers, and the proxy between them.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use metaproto_codec::Codec;
use metaproto_testkit::proxy::Stats;
use serde_json::Value;
use tokio::process::Child;
use tokio::time::timeout;

use crate::host::{self, Host};
use crate::installed::Installed;

/// How long a server may take to start, and a client for all it does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// What a client printed when it failed is shown up to here, characters.
const SHOWN: usize = 2000;

/// What the route of a changed call sets.
pub(crate) const ZONE: (&str, &str) = ("zone", "blue");

/// A client and a server of one protocol.
pub(crate) struct Pair {
    /// The protocol's name.
    pub(crate) protocol: &'static str,
    /// The script of the servers.
    pub(crate) server: &'static str,
    /// The script of the client.
    pub(crate) client: &'static str,
    /// How the protocol is spoken: what both are told beside.
    pub(crate) dialect: &'static [&'static str],
    /// The codec in the proxy.
    pub(crate) codec: fn() -> Box<dyn Codec>,
    /// The method whose calls are changed on the way; none, where the dialect has no place for that.
    pub(crate) changed: Option<&'static str>,
    /// What the client must have seen, by name.
    pub(crate) expected: Value,
}

impl Pair {
    /// For messages to humans.
    pub(crate) fn name(&self) -> String {
        let how = [
            &[self.protocol],
            self.dialect,
            &[self.client, "->", self.server],
        ];
        how.concat().join(" ")
    }
}

/// What happened.
pub(crate) struct Seen {
    /// What the server says that it is.
    pub(crate) server: String,
    /// What the client printed.
    pub(crate) client: Value,
    /// What the development proxy counted, if it was there.
    pub(crate) stats: Option<Stats>,
}

/// Starts everything, lets the client do what it does, and stops everything.
pub(crate) async fn run(
    pair: &Pair,
    installed: &Installed,
    through: &[String],
) -> anyhow::Result<Seen> {
    let blue = Server::start(pair, installed, "blue").await?;
    let green = Server::start(pair, installed, "green").await?;
    let host = Host::start(pair, blue.address, green.address, through).await?;

    let mut client = installed.command(pair.client);
    let port = host.port().to_string();
    client.arg(port).args(pair.dialect).kill_on_drop(true);
    let output = timeout(PATIENCE, client.output()).await;
    let stats = host.stop().await?;

    let told = match &stats {
        Some(stats) => format!("the proxy:\n{stats}"),
        None => String::new(),
    };
    let output = output.with_context(|| format!("the client does not end; {told}"))?;
    let output = output.context("cannot start the client")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the client: {}\n{}\n{told}",
        output.status,
        errors.chars().take(SHOWN).collect::<String>(),
    );
    Ok(Seen {
        server: blue.peer,
        client: serde_json::from_slice(&output.stdout).context("the client prints no JSON")?,
        stats,
    })
}

/// A server. It ends when it is dropped.
struct Server {
    address: SocketAddr,
    peer: String,
    _child: Child,
}

impl Server {
    async fn start(pair: &Pair, installed: &Installed, name: &str) -> anyhow::Result<Self> {
        let mut command = installed.command(pair.server);
        command
            .arg(name)
            .args(pair.dialect)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn().context("cannot start the server")?;
        let (port, peer) = host::listening(&mut child).await.context("the server")?;
        Ok(Self {
            address: ([127, 0, 0, 1], port).into(),
            peer,
            _child: child,
        })
    }
}
