//! What stands between clients and servers: the development proxy in this process, or another program.
//!
//! The program is called with the protocol's name in lower case, the addresses of the servers `blue` and `green`, and the
//! method whose calls are changed, if there is one. It prints `listening PORT`, routes as the proxy does, and ends with its
//! standard input, successfully if all was well.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, ensure};
use metaproto_testkit::proxy::{Changes, Config, Match, Proxy, Route, Stats};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::pair::{PATIENCE, Pair, ZONE};

/// How long a response may take, milliseconds.
const RESPONSE_MS: u64 = 20_000;

/// The methods that go to the server `blue`. `whose` goes to `green`, `down` to a cluster without endpoints, and `lost`
/// nowhere.
const BLUE: &str = "who|echo|list|divide|add|fail|note|notes|header|attachment";

/// What stands between clients and servers.
pub(crate) enum Host {
    Proxy(Proxy),
    Program { child: Child, port: u16 },
}

impl Host {
    /// Starts the program `through`, or the development proxy where none is named.
    pub(crate) async fn start(
        pair: &Pair,
        blue: SocketAddr,
        green: SocketAddr,
        through: &[String],
    ) -> anyhow::Result<Self> {
        let Some((program, arguments)) = through.split_first() else {
            let proxy = Proxy::start(config(pair, blue, green), Arc::new(pair.codec)).await?;
            return Ok(Self::Proxy(proxy));
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .arg(pair.protocol.to_ascii_lowercase())
            .args([blue.to_string(), green.to_string()])
            .args(pair.changed)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let child = command.spawn();
        let mut child = child.with_context(|| format!("cannot start {program}"))?;
        let (port, _) = listening(&mut child).await.context("the host")?;
        Ok(Self::Program { child, port })
    }

    /// Where it listens, on loopback.
    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Proxy(proxy) => proxy.local_addr().port(),
            Self::Program { port, .. } => *port,
        }
    }

    /// Ends it; what the proxy counted.
    pub(crate) async fn stop(self) -> anyhow::Result<Option<Stats>> {
        match self {
            Self::Proxy(proxy) => {
                let stats = proxy.stats();
                proxy.shutdown().await;
                Ok(Some(stats))
            }
            Self::Program { mut child, .. } => {
                drop(child.stdin.take());
                let ended = timeout(PATIENCE, child.wait()).await;
                let status = ended.context("the host does not end")??;
                ensure!(status.success(), "the host: {status}");
                Ok(None)
            }
        }
    }
}

/// The port that a program says it listens on, and what it says behind.
pub(crate) async fn listening(child: &mut Child) -> anyhow::Result<(u16, String)> {
    let stdout = child.stdout.take().context("there is no stdout")?;
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    let read = timeout(PATIENCE, stdout.read_line(&mut line)).await;
    read.context("it does not start")??;
    // What else it prints must not block it.
    tokio::spawn(async move { tokio::io::copy(&mut stdout, &mut tokio::io::sink()).await });

    let mut words = line.trim().splitn(3, ' ');
    let (word, port, rest) = (words.next(), words.next(), words.next());
    ensure!(word == Some("listening"), "it says {line:?}");
    let port = port.context("it says no port")?.parse()?;
    Ok((port, rest.unwrap_or_default().to_owned()))
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
