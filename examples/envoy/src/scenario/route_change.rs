//! Routes are replaced while requests are under way; none is lost.

use std::time::Duration;

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, replace_file};
use crate::ground::{Ground, INGRESS, same, within};
use crate::peer::{Client, Load, Server, load};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("routes.json");
        let to = |cluster: &str| vec![any(json!({"cluster": cluster}))];
        replace_file(&file, "0", to("blue")).await?;
        let config = Config::new(wire)
            .listener(Listener::from_file(INGRESS, &file))
            .cluster(Cluster::new("blue", [blue.address()]))
            .cluster(Cluster::new("green", [green.address()]));
        let ingress = ground.start(&config).await?;
        let mut client = Client::connect(wire, ingress).await?;
        same(
            "at first",
            client.call(1).await?.from.as_deref(),
            Some("blue"),
        )?;

        let envoy = ground.envoy()?;
        let all = Load {
            operation: 1,
            clients: 4,
            count: 2500,
            depth: 4,
        };
        let replace = async {
            for version in 1..=5_u64 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let cluster = if version % 2 == 1 { "green" } else { "blue" };
                replace_file(&file, &version.to_string(), to(cluster)).await?;
                let is_there = |count| count > version;
                envoy
                    .stat_becomes("*.rds.routes.update_success", is_there)
                    .await?;
            }
            anyhow::Ok(())
        };
        let (replies, ()) = tokio::try_join!(load(wire, ingress, all), replace)?;
        same("replies", replies.good(), 10_000)?;
        within("of blue", replies.from("blue"), 100..=9_900)?;
        same(
            "at last",
            client.call(1).await?.from.as_deref(),
            Some("green"),
        )?;
        Ok(())
    })
}
