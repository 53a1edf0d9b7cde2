//! A configuration with a mistake is refused, with a message that names it.

use anyhow::{bail, ensure};
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::envoy::Envoy;
use crate::ground::{Ground, INGRESS};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let good = json!({});
        let limit = json!({"limits": {"in_flights": 7}});
        let body = json!({"body": "beneath"});
        let codec = json!({"codec": "nothing"});
        for (downstream, upstream, named) in [
            (&limit, &good, "in_flights"),
            (&good, &limit, "in_flights"),
            (&body, &good, "beneath"),
            (&codec, &good, "nothing"),
            (&good, &codec, "nothing"),
        ] {
            let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
            let config = Config::new(wire)
                .listener(listener.half(downstream.clone()))
                .cluster(Cluster::new("blue", []).half(upstream.clone()));
            match Envoy::start(&ground.programs, &config).await {
                Ok(_) => bail!("a configuration with {named:?} is accepted"),
                Err(error) => {
                    let text = format!("{error:#}");
                    ensure!(
                        text.contains(named),
                        "the log does not say {named:?}: {text}"
                    );
                    ensure!(!text.contains("panicked"), "{text}");
                }
            }
        }
        Ok(())
    })
}
