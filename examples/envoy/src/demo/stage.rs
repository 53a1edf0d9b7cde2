//! What a demo stands on: servers, an Envoy with the demo's configuration, a client.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::directory;
use crate::envoy::{Envoy, Programs};
use crate::ground::Ground;
use crate::peer::{Client, Replies, Server};
use crate::wire::Wire;

/// Ports in the configurations of what Envoy listens at; free ones take their places.
const OWN: [&str; 2] = ["9901", "10100"];

/// Ports in the configurations of the servers `blue` and `green`, and of what stands beside them.
const BLUE: &str = "11001";
const GREEN: &str = "11002";
const BESIDE: &str = "11003";

/// What a demo stands on.
pub(super) struct Stage {
    pub(super) ground: Ground,
    name: &'static str,
    config: String,
    directory: Option<TempDir>,
}

impl Stage {
    /// Before anything was started.
    pub(super) fn new(
        name: &'static str,
        wire: &'static dyn Wire,
        programs: Programs,
    ) -> Result<Self> {
        let path = directory().join(format!("{name}.yaml"));
        let config = std::fs::read_to_string(&path);
        let config = config.with_context(|| path.display().to_string())?;
        let first = config.lines().next().unwrap_or_default();
        println!("==> {}", first.trim_start_matches("# "));
        Ok(Self {
            ground: Ground::new(wire.into(), programs),
            name,
            config,
            directory: Some(Envoy::directory()?),
        })
    }

    /// Starts the servers `blue` and `green`.
    pub(super) async fn servers(&mut self) -> Result<(Server, Server)> {
        let blue = Server::start(self.ground.wire, "blue").await?;
        let green = Server::start(self.ground.wire, "green").await?;
        self.are_at(blue.address(), green.address());
        Ok((blue, green))
    }

    /// The servers `blue` and `green` are at these addresses.
    pub(super) fn are_at(&mut self, blue: SocketAddr, green: SocketAddr) {
        self.put(BLUE, blue);
        self.put(GREEN, green);
    }

    /// What stands beside the servers is at this address.
    pub(super) fn is_beside(&mut self, address: SocketAddr) {
        self.put(BESIDE, address);
    }

    fn put(&mut self, port: &str, address: SocketAddr) {
        self.config = self.config.replace(port, &address.port().to_string());
    }

    /// A file in Envoy's directory.
    pub(super) fn file(&self, name: &str) -> Result<PathBuf> {
        match &self.directory {
            Some(directory) => Ok(directory.path().join(name)),
            None => Ok(self.ground.envoy()?.path(name)),
        }
    }

    /// Starts Envoy; answers a client that is connected with it.
    pub(super) async fn client(&mut self) -> Result<Client> {
        let directory = self.directory.take().context("Envoy runs already")?;
        let mut config = self.config.clone();
        for port in OWN {
            config = config.replace(&format!("port_value: {port}}}"), "port_value: 0}");
        }
        tokio::fs::write(directory.path().join("envoy.yaml"), config).await?;
        let programs = &self.ground.programs;
        let arguments = ["--disable-hot-restart"];
        let envoy = Envoy::start_in(programs, directory, "envoy.yaml", 1, &arguments).await?;
        let ingress = self.ground.keep(envoy).await?;
        println!(
            "    Envoy with {}.yaml at {ingress}, admin at {}",
            self.name,
            self.ground.envoy()?.admin()
        );
        Client::connect(self.ground.wire, ingress).await
    }
}

/// Tells what became of requests: how many each server answered, and how many each error.
pub(super) fn tell(what: &str, replies: &Replies) {
    let mut counts = BTreeMap::<String, usize>::new();
    for reply in &replies.0 {
        let by = match &reply.from {
            Some(server) => server.clone(),
            None => format!("error {}", reply.code),
        };
        *counts.entry(by).or_default() += 1;
    }
    let counts = counts
        .iter()
        .map(|(by, count)| format!("{count} x {by}"))
        .collect::<Vec<_>>()
        .join(", ");
    println!("    {} replies to {what}: {counts}", replies.0.len());
}
