//! Servers and clients of this test.

mod client;
mod connection;
mod server;

pub(crate) use client::{Client, Load, Replies, load};
pub(crate) use connection::PATIENCE;
pub(crate) use server::{Behaviour, Server};

#[cfg(test)]
mod tests {
    use metaproto_codec::MessageType;

    use super::*;
    use crate::wire::WIRES;

    /// What is written by hand here is what the codecs read, without Envoy between.
    #[tokio::test]
    async fn clients_and_servers_understand_each_other() {
        for wire in WIRES {
            let server = Server::start(wire, "blue").await.unwrap();
            let mut client = Client::connect(wire, server.address()).await.unwrap();
            let replies = client.calls(1, 300, 10).await.unwrap();
            assert_eq!(replies.from("blue"), 300, "{}", wire.name());
            if wire.has_ids() {
                server.behave(Behaviour::Reversed(10));
                let replies = client.calls(1, 10, 10).await.unwrap();
                assert_eq!(replies.from("blue"), 10, "{}", wire.name());
            }
            server.behave(Behaviour::Fail);
            let replies = client.calls(1, 10, 1).await.unwrap();
            assert_eq!(replies.code(wire.failed()), 10, "{}", wire.name());
            assert_eq!(server.faults(), [""; 0]);
        }
    }

    #[tokio::test]
    async fn properties_one_way_requests_and_heartbeats_arrive() {
        for wire in WIRES {
            let server = Server::start(wire, "blue").await.unwrap();
            let mut client = Client::connect(wire, server.address()).await.unwrap();
            if let Some(tag) = wire.tag() {
                server.tag(&[("zone", "red")]);
                let reply = client.call_tagged(1, &[(tag, "blue")]).await.unwrap();
                assert_eq!(reply.properties[tag], "red", "{}", wire.name());
                let received = server.received();
                assert_eq!(received[0].properties[tag], "blue");
                assert_eq!(received[0].properties[wire.key()], wire.operation(1));
            }
            if wire.has_one_way() {
                client.send_one_way(1).await.unwrap();
            }
            if let Some(ping) = wire.ping(7) {
                client.send_bytes(&ping).await.unwrap();
                let pong = client.message().await.unwrap().unwrap();
                assert_eq!(pong.kind(), MessageType::Pong);
            }
            client.call(1).await.unwrap();
            let expected = usize::from(wire.has_one_way());
            assert_eq!(
                server.count(MessageType::OneWay),
                expected,
                "{}",
                wire.name()
            );
        }
    }
}
