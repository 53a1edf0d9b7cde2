//! A service is asked, by a property, whether a request may pass.

use std::collections::BTreeMap;

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter};
use crate::ground::{Ground, INGRESS, same};
use crate::helper::Limiter;
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let limiter = Limiter::start(10).await?;
        let header =
            json!({"header_name": format!("mp-{}", wire.key()), "descriptor_key": "called"});
        let limits = json!([{"actions": [{"request_headers": header}]}]);
        let action = json!({"cluster": "blue", "rate_limits": limits});
        let listener = Listener::new(INGRESS, vec![any(action)]);
        let config = Config::new(wire)
            .listener(listener.filter(filter::ratelimit()))
            .cluster(Cluster::new("blue", [server.address()]))
            .cluster(Cluster::new("limiter", [limiter.address()]).plain());
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        for operation in [1, 2] {
            let replies = client.calls(operation, 25, 5).await?;
            same("let pass", replies.from("blue"), 10)?;
            same(
                "refused",
                replies.code(wire.code_of(ErrorType::OverLimit)),
                15,
            )?;
        }
        let name = |operation| format!("matrix called={}", wire.operation(operation));
        let expected = BTreeMap::from([(name(1), 25), (name(2), 25)]);
        same("asked", limiter.asked(), expected)?;
        Ok(())
    })
}
