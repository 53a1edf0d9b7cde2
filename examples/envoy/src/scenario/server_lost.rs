//! A server ends the connection before it answers: the requests on it are answered with an error, and others go on.

use metaproto_codec::ErrorType;
use serde_json::json;

use super::Run;
use crate::config::{Cluster, Config, Listener, any};
use crate::ground::{Ground, INGRESS, same};
use crate::peer::{Behaviour, Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "blue"}))],
            ))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let lost = wire.code_of(ErrorType::NoHealthyUpstream);
        for _ in 0..3 {
            server.behave(Behaviour::Close);
            same("lost", client.calls(1, 8, 8).await?.code(lost), 8)?;
            server.behave(Behaviour::Answer);
            same("then", client.calls(1, 8, 8).await?.from("blue"), 8)?;
        }
        Ok(())
    })
}
