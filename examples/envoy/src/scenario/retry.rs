//! A reply that is an error is tried again elsewhere.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, typed};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        green.behave(Behaviour::Fail);
        let elsewhere = typed(
            "envoy.retry_host_predicates.previous_hosts",
            "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
            json!({}),
        );
        let policy = json!({
            "retry_on": "5xx",
            "num_retries": 3,
            "retry_host_predicate": [elsewhere],
            "host_selection_retry_max_attempts": 5,
        });
        let action = json!({"cluster": "both", "retry_policy": policy});
        let both = Cluster::new("both", [blue.address(), green.address()]);
        let thresholds = json!([{"max_retries": 1000}]);
        let config = Config::new(wire)
            .listener(Listener::new(INGRESS, vec![any(action)]))
            .cluster(both.set(json!({"circuit_breakers": {"thresholds": thresholds}})));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 100, 8).await?;
        same("replies", replies.from("blue"), 100)?;
        let retries = ground
            .envoy()?
            .stat("cluster.both.upstream_rq_retry_success")
            .await?;
        same(
            "requests at both",
            green.requests() + blue.requests(),
            100 + usize::try_from(retries)?,
        )?;
        same("errors", u64::try_from(green.requests())?, retries)?;
        Ok(())
    })
}
