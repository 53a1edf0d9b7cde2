//! One client, two servers, and the proxy between them.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use metaproto_codec::Codec;
use metaproto_testkit::proxy::{Changes, Config, Match, Proxy, Route, Stats};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::timeout;

use crate::installed::Installed;

/// How long a server may take to start, and a client for all it does.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long a response may take, milliseconds.
const RESPONSE_MS: u64 = 20_000;

/// What a client printed when it failed is shown up to here, characters.
const SHOWN: usize = 2000;

/// The methods that go to the server `blue`. `whose` goes to `green`, `down` to a cluster without endpoints, and `lost`
/// nowhere.
const BLUE: &str = "who|echo|list|divide|add|fail|note|notes|header|attachment";

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
    /// What the proxy counted.
    pub(crate) stats: Stats,
}

/// Starts everything, lets the client do what it does, and stops everything.
pub(crate) async fn run(pair: &Pair, installed: &Installed) -> anyhow::Result<Seen> {
    let blue = Server::start(pair, installed, "blue").await?;
    let green = Server::start(pair, installed, "green").await?;
    let config = config(pair, blue.address, green.address);
    let proxy = Proxy::start(config, Arc::new(pair.codec)).await?;

    let mut client = installed.command(pair.client);
    let port = proxy.local_addr().port().to_string();
    client.arg(port).args(pair.dialect).kill_on_drop(true);
    let output = timeout(PATIENCE, client.output()).await;
    let stats = proxy.stats();
    proxy.shutdown().await;

    let output = output.with_context(|| format!("the client does not end; the proxy:\n{stats}"))?;
    let output = output.context("cannot start the client")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the client: {}\n{}\nthe proxy:\n{stats}",
        output.status,
        errors.chars().take(SHOWN).collect::<String>(),
    );
    Ok(Seen {
        server: blue.peer,
        client: serde_json::from_slice(&output.stdout).context("the client prints no JSON")?,
        stats,
    })
}

fn config(pair: &Pair, blue: SocketAddr, green: SocketAddr) -> Config {
    let to = |name: &str, cluster: &str| Route::to(name, cluster).timeout_ms(RESPONSE_MS);
    let mut config = Config::default()
        .cluster("blue", [blue])
        .cluster("green", [green])
        .cluster("empty", [])
        .route(to("whose", "green").when(Match::exact("method", "whose")))
        .route(to("down", "empty").when(Match::exact("method", "down")));
    if let Some(method) = pair.changed {
        let (key, value) = ZONE;
        let changes = Changes {
            set: [(key.to_owned(), value.to_owned())].into(),
            ..Changes::default()
        };
        let route = to("changed", "blue").when(Match::exact("method", method));
        config = config.route(route.request(changes));
    }
    config.route(to("others", "blue").when(Match::regex("method", BLUE)))
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
        let stdout = child.stdout.take().context("the server has no stdout")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        let read = timeout(PATIENCE, stdout.read_line(&mut line)).await;
        read.context("the server does not start")??;
        // What else it prints must not block it.
        tokio::spawn(async move { tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await });

        let mut words = line.trim().splitn(3, ' ');
        let (word, port, peer) = (words.next(), words.next(), words.next());
        ensure!(word == Some("listening"), "the server says {line:?}");
        let port: u16 = port.context("the server says no port")?.parse()?;
        Ok(Self {
            address: ([127, 0, 0, 1], port).into(),
            peer: peer.unwrap_or_default().to_owned(),
            _child: child,
        })
    }
}
