//! What a scenario stands on: a protocol, and Envoys that are watched.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};

use crate::config::Config;
use crate::envoy::{Envoy, Programs};
use crate::wire::{Column, Wire};

/// The name of the listener that most scenarios have.
pub(crate) const INGRESS: &str = "ingress";

/// What a scenario stands on.
pub(crate) struct Ground {
    /// The protocol.
    pub(crate) wire: &'static dyn Wire,
    /// Whether downstream halves are transport sockets.
    sockets: bool,
    /// Where the programs are.
    pub(crate) programs: Programs,
    /// The last lines of the log are shown where a scenario fails.
    envoy: Option<Envoy>,
    /// Whether a codec of the scenario panics.
    pub(crate) panics: bool,
}

impl Ground {
    /// Without an Envoy.
    pub(crate) fn new(column: Column, programs: Programs) -> Self {
        Self {
            wire: column.wire,
            sockets: column.sockets,
            programs,
            envoy: None,
            panics: false,
        }
    }

    /// Starts Envoy, and says where its listener `ingress` is.
    pub(crate) async fn start(&mut self, config: &Config) -> Result<SocketAddr> {
        let envoy = if self.sockets {
            Envoy::start(&self.programs, &config.over_sockets()).await?
        } else {
            Envoy::start(&self.programs, config).await?
        };
        self.keep(envoy).await
    }

    /// Takes over an Envoy that was started otherwise.
    pub(crate) async fn keep(&mut self, envoy: Envoy) -> Result<SocketAddr> {
        let address = envoy.listener(INGRESS).await;
        self.envoy = Some(envoy);
        address
    }

    /// The Envoy that was started last.
    pub(crate) fn envoy(&self) -> Result<&Envoy> {
        self.envoy.as_ref().context("no Envoy was started")
    }

    /// Checks what must be so after every scenario: Envoy lives, and nothing is left in it.
    pub(crate) async fn finish(&mut self) -> Result<()> {
        let Some(envoy) = &mut self.envoy else {
            return Ok(());
        };
        envoy.check_alive()?;
        for gauge in ["*.upstream_rq_active", "http.ingress.downstream_rq_active"] {
            envoy.stat_becomes(gauge, |active| active == 0).await?;
        }
        for gauge in ["*.store_requests", "*.store_bytes"] {
            envoy.stat_becomes(gauge, |kept| kept == 0).await?;
        }
        let counters: &[&str] = if self.panics {
            &["lost"]
        } else {
            &["panics", "lost"]
        };
        for counter in counters {
            let count = envoy.stat(&format!("*stream.{counter}")).await?;
            ensure!(count == 0, "the module has counted {count} {counter}");
        }
        let words: &[&str] = if self.panics {
            &["][critical]"]
        } else {
            &["][critical]", "panicked at"]
        };
        for word in words {
            if let Some(line) = envoy.log().lines().find(|line| line.contains(word)) {
                bail!("Envoy logs: {line}");
            }
        }
        Ok(())
    }

    /// The end of Envoy's log.
    pub(crate) fn log(&self) -> String {
        const LINES: usize = 25;
        let log = self.envoy.as_ref().map(Envoy::log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}

/// An error that says what is `found` and what is `expected`, unless they are the same.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: T,
    expected: T,
) -> Result<()> {
    ensure!(
        found == expected,
        "{what}: {found:?} instead of {expected:?}"
    );
    Ok(())
}

/// An error that says what is `found`, unless it is within `range`.
pub(crate) fn within(
    what: &str,
    found: usize,
    range: std::ops::RangeInclusive<usize>,
) -> Result<()> {
    ensure!(
        range.contains(&found),
        "{what}: {found} is not within {range:?}"
    );
    Ok(())
}

/// An address at which nobody listens.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?)
}
