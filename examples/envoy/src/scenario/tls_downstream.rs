//! Clients speak TLS with Envoy.

use serde_json::json;
use tokio::net::TcpStream;

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter};
use crate::ground::{Ground, INGRESS, same};
use crate::helper::Certificate;
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let server = Server::start(wire, "blue").await?;
        let certificate = Certificate::new()?;
        let tls = filter::tls_server(&certificate.path(), &certificate.key_path());
        let listener = Listener::new(INGRESS, vec![any(json!({"cluster": "blue"}))]);
        let config = Config::new(wire)
            .listener(listener.chain(json!({"transport_socket": tls})))
            .cluster(Cluster::new("blue", [server.address()]));
        let ingress = ground.start(&config).await?;

        let stream = TcpStream::connect(ingress).await?;
        let stream = certificate.connect(stream).await?;
        let mut client = Client::over(wire, Box::new(stream));
        same("replies", client.calls(1, 200, 8).await?.from("blue"), 200)?;
        Ok(())
    })
}
