//! The way to an upstream and back.

use std::future::Future;
use std::sync::Arc;

use metaproto_codec::{ErrorType, Metadata, Output, RequestId};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Connection;
use super::call::{Call, Fault, Outcome};
use crate::proxy::stats::Recorder;
use crate::proxy::upstream::{Cluster, Shared, Slot};

/// How often a connection that closes or fills up just when it is to be used is replaced.
const ATTEMPTS: usize = 3;

/// A request that was sent on a shared connection.
pub(super) struct Pending {
    outcome: oneshot::Receiver<Result<Metadata, String>>,
    /// The connection lives as long as somebody waits.
    _connection: Arc<Shared>,
}

impl Pending {
    pub(super) async fn wait(self, call: &mut Call) {
        match within(call.deadline, self.outcome).await {
            Ok(result) => call.respond(result.unwrap_or_else(|_| Err("upstream closed".into()))),
            Err(fault) => call.fail(fault),
        }
    }
}

impl Connection {
    /// Sends a call under a fresh id; `None` if nothing comes back.
    pub(super) async fn send_shared(
        &mut self,
        call: &mut Call,
        cluster: &Cluster,
    ) -> Result<Option<Pending>, Fault> {
        for _ in 0..ATTEMPTS {
            let connection = within(call.deadline, cluster.share()).await?;
            let connection = connection.ok_or_else(|| unreachable(cluster))?;
            let one_way = call.is_one_way();
            let slot = if one_way { None } else { connection.reserve() };
            let id = if one_way {
                connection.passing_id()
            } else {
                slot.as_ref().map(|slot| slot.id)
            };
            let Some(id) = id else { continue };
            let message = self
                .encode_with_id(call, id)
                .inspect_err(|_| connection.release(id))?;
            let address = connection.address();
            self.host
                .recorder
                .update(|stats| stats.count_forward(&cluster.name, address));
            let sent = within(call.deadline, connection.send(message)).await;
            if !sent.inspect_err(|_| connection.release(id))? {
                let text = "upstream closed the connection";
                return Err(Fault::new(ErrorType::BadResponse, text));
            }
            let pending = |Slot { outcome, .. }| Pending {
                outcome,
                _connection: connection,
            };
            return Ok(slot.map(pending));
        }
        Err(unreachable(cluster))
    }

    fn encode_with_id(&self, call: &mut Call, id: u64) -> Result<Output, Fault> {
        let mut mutation = call.request_mutation();
        // A one-way request of some protocols has no id; there is nothing to keep apart then.
        if !call.is_one_way() || call.request.request_id().is_some() {
            mutation.set_request_id(RequestId::Number(id));
            call.id_changed = true;
        }
        self.encode(call, mutation)
    }
}

/// Sends a call on a connection of its own and waits for what comes of it.
pub(super) async fn exclusive(
    call: &mut Call,
    message: Output,
    cluster: &Cluster,
    recorder: &Recorder,
) {
    let one_way = call.is_one_way();
    let deadline = call.deadline;
    let exchange = async {
        let mut connection = cluster
            .check_out()
            .await
            .ok_or_else(|| unreachable(cluster))?;
        recorder.update(|stats| stats.count_forward(&cluster.name, connection.address()));
        let response = if one_way {
            connection.send(message).await.map(|()| None)
        } else {
            connection.exchange(message).await.map(Some)
        };
        let response = response.map_err(|text| Fault::new(ErrorType::BadResponse, text))?;
        Ok((connection, response))
    };
    match within(deadline, exchange).await.and_then(|result| result) {
        Ok((connection, response)) => {
            if let Some(response) = response {
                call.respond(Ok(response));
            }
            // After a response that is not this request's, the next would not be the next one's either.
            if !matches!(call.outcome, Outcome::Fault(_)) {
                cluster.check_in(connection);
            }
        }
        Err(fault) => call.fail(fault),
    }
}

async fn within<F: Future>(deadline: Option<Instant>, future: F) -> Result<F::Output, Fault> {
    let Some(deadline) = deadline else {
        return Ok(future.await);
    };
    let result = tokio::time::timeout_at(deadline, future).await;
    result.map_err(|_| Fault::new(ErrorType::BadResponse, "no response in time"))
}

fn unreachable(cluster: &Cluster) -> Fault {
    let text = format!("no endpoint of cluster {:?} can be reached", cluster.name);
    Fault::new(ErrorType::NoHealthyUpstream, text)
}
