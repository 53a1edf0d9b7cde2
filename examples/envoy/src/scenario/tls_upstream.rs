//! Envoy speaks TLS with servers: the upstream half is a filter of an internal listener.

use serde_json::{Value, json};

use super::Run;
use crate::config::{Cluster, Config, Listener, any, filter, merge, network_filter};
use crate::ground::{Ground, INGRESS, same, within};
use crate::helper::Certificate;
use crate::peer::{Client, Server};

pub(super) fn run(ground: &mut Ground) -> Run<'_> {
    Box::pin(async move {
        let wire = ground.wire;
        let certificate = Certificate::new()?;
        let acceptor = certificate.acceptor()?;
        let start = |name| Server::start_tls(wire, name, acceptor.clone());
        let (blue, green) = (start("blue").await?, start("green").await?);
        let endpoint = |server: &Server| -> Value {
            let to = server.address().to_string();
            let address = json!({"server_listener_name": "inner", "endpoint_id": to});
            let local = json!({"envoy.filters.listener.original_dst": {"local": to}});
            json!({
                "endpoint": {"address": {"envoy_internal_address": address}},
                "metadata": {"filter_metadata": local},
            })
        };
        let outer = Cluster::of("outer", vec![endpoint(&blue), endpoint(&green)]).plain();
        let tls = filter::tls_client(&certificate.path(), Certificate::NAME);
        let mut servers = json!({
            "type": "ORIGINAL_DST",
            "lb_policy": "CLUSTER_PROVIDED",
            "load_assignment": null,
            "typed_extension_protocol_options": null,
        });
        merge(&mut servers, json!({"transport_socket": tls}));
        let inner = json!({
            "name": "inner",
            "internal_listener": {},
            "listener_filters": [filter::original_dst()],
            "filter_chains": [{"filters": [
                network_filter(wire, "upstream", &json!({})),
                filter::tcp_proxy("servers"),
            ]}],
        });
        let config = Config::new(wire)
            .listener(Listener::new(
                INGRESS,
                vec![any(json!({"cluster": "outer"}))],
            ))
            .raw_listener(inner)
            .cluster(outer.set(json!({"transport_socket": filter::internal_upstream()})))
            .cluster(Cluster::new("servers", []).plain().set(servers));
        let ingress = ground.start(&config).await?;

        let mut client = Client::connect(wire, ingress).await?;
        let replies = client.calls(1, 200, 8).await?;
        same("replies", replies.good(), 200)?;
        within("of blue", replies.from("blue"), 90..=110)?;
        same(
            "faults",
            [blue.faults(), green.faults()].concat(),
            Vec::new(),
        )?;
        Ok(())
    })
}
