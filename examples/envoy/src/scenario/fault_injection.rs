//! Requests are delayed and aborted.

use std::time::Duration;

use anyhow::ensure;
use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter, route};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let with = |fault| {
            let fault = filter::fault_of_route(fault);
            json!({"route": {"cluster": "blue"}, "typed_per_filter_config": fault})
        };
        let always = json!({"numerator": 100});
        let abort = json!({"abort": {"http_status": 503, "percentage": always}});
        let delay = json!({"delay": {"fixed_delay": "0.2s", "percentage": always}});
        let routes = vec![
            route(wire, 1, with(abort)),
            route(wire, 2, with(delay)),
            any(json!({"cluster": "blue"})),
        ];
        let listener = Listener::new(INGRESS, routes);
        let config = Config::new(wire)
            .listener(listener.filter(filter::fault(json!({}))))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let aborted = client.calls(1, 10, 4).await?;
        let code = wire.code_of(ErrorType::NoHealthyUpstream);
        same("aborted", aborted.code(code), 10)?;
        same("at the server", server.requests(), 0)?;
        let delayed = client.calls(2, 10, 10).await?;
        same("delayed", delayed.from("blue"), 10)?;
        let fastest = delayed.0.iter().map(|reply| reply.took).min();
        ensure!(
            fastest >= Some(Duration::from_millis(190)),
            "{fastest:?} is no delay"
        );
        same("others", client.calls(3, 10, 4).await?.from("blue"), 10)?;
        Ok(())
    })
}
