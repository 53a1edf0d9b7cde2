//! An endpoint whose replies are errors is taken out.

use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same, within};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let (blue, green) = (
            Server::start(wire, "blue").await?,
            Server::start(wire, "green").await?,
        );
        green.behave(Behaviour::Fail);
        let detection = json!({
            "consecutive_5xx": 3,
            "interval": "0.1s",
            "base_ejection_time": "60s",
            "max_ejection_percent": 50,
        });
        let both = Cluster::new("both", [blue.address(), green.address()]);
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "both"}))],
            ))
            .cluster(both.set(json!({"outlier_detection": detection})));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let first = client.calls(1, 20, 1).await?;
        // Envoy's main thread ejects, while requests go on.
        within("errors at first", first.code(wire.failed()), 3..=9)?;
        let envoy = ground.envoy()?;
        let active = "cluster.both.outlier_detection.ejections_active";
        envoy.stat_becomes(active, |ejected| ejected == 1).await?;
        let later = client.calls(1, 50, 4).await?;
        same("replies later", later.from("blue"), 50)?;
        Ok(())
    })
}
