//! A connection that has nothing to do with what is tried, and should not notice it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinHandle;

use super::client::Client;
use crate::wire::Wire;

/// Requests of the bystander that are under way at once, and after how many of them it looks up.
const DEPTH: usize = 4;
const ROUND: usize = 20;

/// A client that calls one operation over and over.
pub(crate) struct Bystander {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<usize>>,
}

impl Bystander {
    /// Begins to call `operation`.
    pub(crate) async fn start(
        wire: &'static dyn Wire,
        to: SocketAddr,
        operation: u16,
    ) -> Result<Self> {
        let mut client = Client::connect(wire, to).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let mut answered = 0;
            while !stopped.load(Ordering::Relaxed) || answered == 0 {
                let replies = client.calls(operation, ROUND, DEPTH).await?;
                ensure!(replies.good() == ROUND, "{} good replies", replies.good());
                answered += ROUND;
            }
            Ok(answered)
        });
        Ok(Self { stop, task })
    }

    /// Ends. Each request had its reply, and all were good.
    pub(crate) async fn finish(self) -> Result<usize> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await?.context("another connection")
    }
}
