//! The proxy over real sockets, between peers that speak a small protocol.

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use metaproto_codec::{ErrorType, IdSpace, MessageType};
use metaproto_testkit::proxy::{Changes, Config, Heartbeat, Match, Proxy, Route, TokenBucket};
use support::{Frame, NUMBERS, Nobody, Peer, Reaction, Upstream, factory, read, soon, start};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

const ID_SPACES: [IdSpace; 3] = [NUMBERS, IdSpace::Bytes, IdSpace::None];

fn one(upstream: &Upstream, route: Route) -> Config {
    Config::default()
        .cluster("blue", [upstream.address])
        .route(route)
}

fn all() -> Route {
    Route::to("all", "blue")
}

async fn wait_for(proxy: &Proxy, holds: impl Fn(&metaproto_testkit::proxy::Stats) -> bool) {
    soon(async {
        while !holds(&proxy.stats()) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_matching_route_wins() {
    for ids in ID_SPACES {
        let (blue, green) = (Upstream::echo("blue").await, Upstream::echo("green").await);
        let config = Config::default()
            .cluster("blue", [blue.address])
            .cluster("green", [green.address])
            .route(Route::to("reads", "green").when(Match::prefix(":operation", "get")))
            .route(Route::to("zone", "blue").when(Match::exact("zone", "eu")));
        let proxy = start(config, ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;

        let request = Frame::request(7, "body")
            .with("op", "get_user")
            .with("zone", "eu");
        let reply = client.call(&request).await;
        assert_eq!(
            (reply.id, reply.get("server"), reply.text()),
            (7, "green", "body")
        );
        let reply = client.call(&Frame::request(8, "").with("zone", "eu")).await;
        assert_eq!((reply.id, reply.get("server")), (8, "blue"));
        let reply = client.call(&Frame::request(9, "")).await;
        assert_eq!((reply.id, reply.get("status")), (9, "route_not_found"));

        let stats = proxy.stats();
        assert_eq!((stats.requests, stats.responses), (3, 2));
        assert_eq!((stats.routes["reads"], stats.routes["zone"]), (1, 1));
        assert_eq!(stats.clusters["green"].endpoints[&green.address], 1);
        assert_eq!(stats.local_replies(ErrorType::RouteNotFound), 1);
        proxy.shutdown().await;
    }
}

#[tokio::test]
async fn weights_are_exact_and_endpoints_take_turns() {
    let (a, b, c) = (
        Upstream::echo("a").await,
        Upstream::echo("b").await,
        Upstream::echo("c").await,
    );
    let config = Config::default()
        .cluster("most", [a.address, b.address])
        .cluster("few", [c.address])
        .route(Route::split("split", [("most", 90), ("few", 10)]));
    let proxy = start(config, NUMBERS).await;
    let mut client = Peer::connect(proxy.local_addr()).await;
    for id in 0..20 {
        client.call(&Frame::request(id, "")).await;
    }
    let stats = proxy.stats();
    assert_eq!(
        (
            stats.clusters["most"].requests,
            stats.clusters["few"].requests
        ),
        (18, 2)
    );
    assert_eq!(stats.clusters["most"].endpoints[&a.address], 9);
    assert_eq!(stats.clusters["most"].endpoints[&b.address], 9);
}

#[tokio::test]
async fn equal_ids_of_two_clients_do_not_collide() {
    // Holds the first request back until the second has arrived, and answers in reverse order.
    let held = std::sync::Mutex::new(None::<Frame>);
    let upstream = Upstream::start(move |frame| {
        let Some(first) = held.lock().unwrap().take() else {
            *held.lock().unwrap() = Some(frame);
            return Reaction::Nothing;
        };
        assert_ne!(first.id, frame.id);
        Reaction::Send([frame.response().to_bytes(), first.response().to_bytes()].concat())
    })
    .await;
    let proxy = start(one(&upstream, all()), NUMBERS).await;
    let mut first = Peer::connect(proxy.local_addr()).await;
    let mut second = Peer::connect(proxy.local_addr()).await;
    first.send(&Frame::request(5, "first")).await;
    second.send(&Frame::request(5, "second")).await;
    assert_eq!(
        first.receive().await,
        Some(Frame::request(5, "first").response())
    );
    assert_eq!(
        second.receive().await,
        Some(Frame::request(5, "second").response())
    );
}

#[tokio::test]
async fn equal_ids_of_one_client_are_answered_in_order() {
    // Holds all requests back until the last has arrived, and answers in reverse order.
    let held = std::sync::Mutex::new(Vec::new());
    let upstream = Upstream::start(move |frame| {
        let mut held = held.lock().unwrap();
        let is_last = frame.text() == "last";
        held.push(frame.response().to_bytes());
        if !is_last {
            return Reaction::Nothing;
        }
        held.reverse();
        Reaction::Send(held.concat())
    })
    .await;
    let here = Match::present("lost").invert();
    let proxy = start(one(&upstream, all().when(here)), NUMBERS).await;
    let mut client = Peer::connect(proxy.local_addr()).await;
    let lost = Frame::request(5, "").with("lost", "yes");
    let (first, second) = (Frame::request(5, "first"), Frame::request(5, "second"));
    for request in [&first, &second, &lost, &Frame::request(6, "last")] {
        client.send(request).await;
    }
    let mut answers = Vec::new();
    while answers.len() < 4 {
        answers.push(client.receive().await.unwrap());
    }
    answers.retain(|answer| answer.id == 5);
    assert_eq!(answers[..2], [first.response(), second.response()]);
    // What the proxy answers itself takes its turn, too.
    assert_eq!(answers[2].get("status"), "route_not_found");
    assert_eq!(answers.len(), 3);
    assert_eq!(client.call(&lost).await, answers[2]);
}

#[tokio::test]
async fn many_requests_in_flight_all_return_with_their_ids() {
    for ids in ID_SPACES {
        let upstream = Upstream::echo("blue").await;
        let proxy = start(one(&upstream, all()), ids).await;
        let clients = (0..4).map(|_| tokio::spawn(pipeline(proxy.local_addr())));
        for client in clients.collect::<Vec<_>>() {
            let mut seen = soon(client).await.unwrap();
            if ids == IdSpace::None {
                assert!(seen.is_sorted(), "without ids, responses come in order");
            }
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..3000));
        }
    }
}

/// Sends 3000 requests without waiting, and returns the ids of the responses.
async fn pipeline(address: SocketAddr) -> Vec<u32> {
    let (mut reader, mut writer) = Peer::connect(address).await.0.into_split();
    let sending = tokio::spawn(async move {
        for id in 0..3000 {
            let request = Frame::request(id, &format!("body {id}"));
            writer.write_all(&request.to_bytes()).await.unwrap();
        }
        writer
    });
    let mut ids = Vec::new();
    for _ in 0..3000 {
        let response = read(&mut reader).await.unwrap();
        assert_eq!(response.text(), format!("body {}", response.id));
        ids.push(response.id);
    }
    drop(sending.await.unwrap());
    ids
}

#[tokio::test]
async fn errors_of_the_configuration_are_answered() {
    for ids in ID_SPACES {
        let (one, other) = (Nobody::new(), Nobody::new());
        let config = Config::default()
            .cluster("empty", [])
            .cluster("down", [one.address, other.address])
            .route(Route::to("missing", "nowhere").when(Match::exact("to", "missing")))
            .route(Route::to("empty", "empty").when(Match::exact("to", "empty")))
            .route(Route::to("down", "down").when(Match::exact("to", "down")));
        let proxy = start(config, ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        let expected = [
            ("missing", ErrorType::ClusterNotFound),
            ("empty", ErrorType::NoHealthyUpstream),
            ("down", ErrorType::NoHealthyUpstream),
            ("else", ErrorType::RouteNotFound),
        ];
        for (id, (to, reason)) in (1..).zip(expected) {
            let reply = client.call(&Frame::request(id, "").with("to", to)).await;
            assert_eq!((reply.id, reply.kind), (id, MessageType::Error));
            assert_eq!(reply.get("status"), reason.as_str());
        }
        assert_eq!(proxy.stats().local_replies(ErrorType::NoHealthyUpstream), 2);
    }
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_passed_over() {
    for ids in ID_SPACES {
        let (up, down) = (Upstream::echo("up").await, Nobody::new());
        let config = Config::default()
            .cluster("blue", [down.address, up.address])
            .route(all());
        let proxy = start(config, ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        for id in 0..4 {
            assert_eq!(
                client.call(&Frame::request(id, "")).await.get("server"),
                "up"
            );
        }
    }
}

#[tokio::test]
async fn the_rate_limit_answers_over_limit() {
    let upstream = Upstream::echo("blue").await;
    let bucket = TokenBucket {
        max_tokens: 2,
        tokens_per_fill: 1,
        fill_interval_ms: 3_600_000,
    };
    let proxy = start(one(&upstream, all().rate_limit(bucket)), NUMBERS).await;
    let mut client = Peer::connect(proxy.local_addr()).await;
    let mut statuses = Vec::new();
    for id in 0..4 {
        statuses.push(
            client
                .call(&Frame::request(id, ""))
                .await
                .get("status")
                .to_owned(),
        );
    }
    assert_eq!(statuses, ["", "", "over_limit", "over_limit"]);
}

#[tokio::test]
async fn a_one_way_request_is_forwarded_and_never_answered() {
    for ids in ID_SPACES {
        let (sender, mut seen) = mpsc::unbounded_channel();
        let upstream = Upstream::start(move |frame| {
            if frame.kind == MessageType::OneWay {
                sender.send(frame.text().to_owned()).unwrap();
                return Reaction::Nothing;
            }
            Reaction::Send(frame.response().to_bytes())
        })
        .await;
        let route = all().when(Match::exact("lost", "yes").invert());
        let proxy = start(one(&upstream, route), ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        let one_way = |text| Frame::new(MessageType::OneWay, 3, text);
        client.send(&one_way("tell")).await;
        assert_eq!(soon(seen.recv()).await.as_deref(), Some("tell"));
        client.send(&one_way("lost").with("lost", "yes")).await;
        let reply = client.call(&Frame::request(4, "")).await;
        assert_eq!((reply.id, reply.kind), (4, MessageType::Response));
        wait_for(&proxy, |stats| stats.one_ways_lost == 1).await;
        assert_eq!(proxy.stats().one_ways, 2);
        assert_eq!(proxy.stats().local_replies(ErrorType::RouteNotFound), 0);
    }
}

#[tokio::test]
async fn heartbeats_are_answered_here_or_there() {
    for ids in ID_SPACES {
        let upstream = Upstream::echo("blue").await;
        for (heartbeat, text) in [(Heartbeat::Answer, ""), (Heartbeat::Forward, "blue")] {
            let proxy = start(
                Config {
                    heartbeat,
                    ..one(&upstream, all())
                },
                ids,
            )
            .await;
            let mut client = Peer::connect(proxy.local_addr()).await;
            let pong = client.call(&Frame::new(MessageType::Ping, 11, "")).await;
            assert_eq!(pong, Frame::new(MessageType::Pong, 11, text));
            assert_eq!(proxy.stats().heartbeats, 1);
        }
    }
}

#[tokio::test]
async fn a_late_response_is_dropped() {
    let held = std::sync::Mutex::new(None::<Frame>);
    let upstream = Upstream::start(move |frame| {
        let mut held = held.lock().unwrap();
        if frame.text() == "slow" {
            *held = Some(frame);
            return Reaction::Nothing;
        }
        let late = held
            .take()
            .map(|late| late.response().to_bytes())
            .unwrap_or_default();
        Reaction::Send([late, frame.response().to_bytes()].concat())
    })
    .await;
    let proxy = start(one(&upstream, all().timeout_ms(200)), NUMBERS).await;
    let mut client = Peer::connect(proxy.local_addr()).await;
    let reply = client.call(&Frame::request(1, "slow")).await;
    assert_eq!((reply.id, reply.get("status")), (1, "bad_response"));
    assert_eq!(client.call(&Frame::request(2, "fast")).await.id, 2);
    assert_eq!(proxy.stats().late_responses, 1);
}

#[tokio::test]
async fn a_timeout_without_ids_does_not_mix_up_responses() {
    for ids in [IdSpace::None, IdSpace::Bytes] {
        let upstream = Upstream::start(|frame| match frame.text() {
            "slow" => Reaction::Nothing,
            _ => Reaction::Send(frame.response().to_bytes()),
        })
        .await;
        let proxy = start(one(&upstream, all().timeout_ms(50)), ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        assert_eq!(
            client.call(&Frame::request(1, "slow")).await.get("status"),
            "bad_response"
        );
        assert_eq!(client.call(&Frame::request(2, "fast")).await.text(), "fast");
    }
}

#[tokio::test]
async fn what_an_upstream_does_wrong_is_a_bad_response() {
    for ids in ID_SPACES {
        let upstream = Upstream::start(|frame| match frame.text() {
            "garbage" => Reaction::Send(vec![0xff; 64]),
            "wrong way" => Reaction::Send(frame.to_bytes()),
            "close" => Reaction::Close,
            "pong" => Reaction::Send(Frame::new(MessageType::Pong, frame.id, "").to_bytes()),
            _ => Reaction::Send(frame.response().to_bytes()),
        })
        .await;
        let proxy = start(one(&upstream, all()), ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        for (id, text) in (1..).zip(["garbage", "wrong way", "close", "pong"]) {
            let reply = client.call(&Frame::request(id, text)).await;
            assert_eq!(
                (reply.id, reply.get("status")),
                (id, "bad_response"),
                "{text}: {}",
                reply.text()
            );
            let reply = client.call(&Frame::request(99, "fine")).await;
            assert_eq!((reply.id, reply.text()), (99, "fine"), "after {text}");
        }
        assert_eq!(proxy.stats().decode_errors, 2);
    }
}

#[tokio::test]
async fn an_upstream_that_dies_fails_all_that_is_in_flight() {
    let upstream = Upstream::start(|frame| match frame.text() {
        "die" => Reaction::Close,
        _ => Reaction::Nothing,
    })
    .await;
    let proxy = start(one(&upstream, all()), NUMBERS).await;
    let mut client = Peer::connect(proxy.local_addr()).await;
    for (id, text) in [(1, "wait"), (2, "wait"), (3, "die")] {
        client.send(&Frame::request(id, text)).await;
    }
    let mut ids = Vec::new();
    for _ in 0..3 {
        let reply = client.receive().await.unwrap();
        assert_eq!(reply.get("status"), "bad_response");
        ids.push(reply.id);
    }
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(proxy.stats().local_replies(ErrorType::BadResponse), 3);
}

#[tokio::test]
async fn mutations_go_both_ways() {
    for ids in ID_SPACES {
        let upstream = Upstream::echo("blue").await;
        let route = all()
            .request(Changes::default().set("zone", "us").remove("debug"))
            .response(Changes::default().set("via", "proxy").remove("server"));
        let proxy = start(one(&upstream, route), ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        let request = Frame::request(u32::MAX, "b")
            .with("zone", "eu")
            .with("debug", "1");
        let mut reply = client.call(&request).await;
        reply.properties.remove("seen-id");
        let expected = Frame::request(u32::MAX, "b")
            .response()
            .with("zone", "us")
            .with("via", "proxy");
        assert_eq!(reply, expected);
    }
}

#[tokio::test]
async fn a_refused_mutation_is_answered_and_counted() {
    for ids in ID_SPACES {
        let upstream = Upstream::echo("blue").await;
        let locked = || Changes::default().set("locked", "1");
        for route in [all().request(locked()), all().response(locked())] {
            let proxy = start(one(&upstream, route), ids).await;
            let mut client = Peer::connect(proxy.local_addr()).await;
            let reply = client.call(&Frame::request(6, "")).await;
            assert_eq!((reply.id, reply.get("status")), (6, "unspecified"));
            assert!(reply.text().contains("\"locked\""), "{}", reply.text());
            assert_eq!(proxy.stats().refused_mutations, 1);
        }
    }
}

#[tokio::test]
async fn malformed_bytes_end_their_own_connection_only() {
    for ids in ID_SPACES {
        let upstream = Upstream::echo("blue").await;
        let route = all().when(Match::present("routed"));
        let proxy = start(one(&upstream, route), ids).await;
        let mut good = Peer::connect(proxy.local_addr()).await;
        let mut bad = Peer::connect(proxy.local_addr()).await;
        let mut bytes = Frame::request(1, "").to_bytes();
        bytes.extend([0xff; 100]);
        bad.send_bytes(&bytes).await;
        assert_eq!(
            bad.receive().await.unwrap().get("status"),
            "route_not_found"
        );
        assert_eq!(bad.receive().await, None);
        assert_eq!(
            good.call(&Frame::request(2, "").with("routed", ""))
                .await
                .id,
            2
        );
        let stats = proxy.stats();
        assert_eq!(stats.decode_errors, 1);
        assert!(
            stats.recent_errors[0].starts_with("client "),
            "{:?}",
            stats.recent_errors
        );
    }
}

#[tokio::test]
async fn a_client_that_has_sent_all_still_gets_its_answers() {
    for ids in ID_SPACES {
        let upstream = Upstream::echo("blue").await;
        let proxy = start(one(&upstream, all()), ids).await;
        let mut client = Peer::connect(proxy.local_addr()).await;
        for id in 0..50 {
            client.send(&Frame::request(id, "")).await;
        }
        client.0.shutdown().await.unwrap();
        let mut count = 0;
        while client.receive().await.is_some() {
            count += 1;
        }
        assert_eq!(count, 50);
    }
}

#[tokio::test]
async fn starting_reports_mistakes_and_shutdown_closes() {
    let config = Config::default().route(Route::to("r", "c").when(Match::regex("k", "(")));
    let error = Proxy::start(config, factory(NUMBERS))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("route \"r\", key \"k\""), "{error}");

    let proxy = start(Config::default(), NUMBERS).await;
    let mut client = Peer::connect(proxy.local_addr()).await;
    client.call(&Frame::request(1, "")).await;
    soon(proxy.shutdown()).await;
    assert_eq!(client.receive().await, None);
}
