//! The pairs, and what each client must see.

use dubbo::Dubbo;
use serde_json::json;
use thrift::Thrift;

use crate::pair::{Pair, ZONE};

/// Transports and protocols that the peers written in either language have.
const THRIFT: [&[&str]; 4] = [
    &["framed", "binary"],
    &["framed", "compact"],
    &["unframed", "binary"],
    &["unframed", "compact"],
];

/// Those that the peers written in Python have beside.
const THEADER: [&[&str]; 2] = [&["header", "binary"], &["header", "compact"]];

/// Every pair.
pub(crate) fn all() -> Vec<Pair> {
    let (python, node) = (
        ["thrift/client.py", "thrift/server.py"],
        ["thrift/client.js", "thrift/server.js"],
    );
    let mut pairs = Vec::new();
    pairs.extend(
        THRIFT
            .into_iter()
            .chain(THEADER)
            .map(|dialect| thrift(python, dialect)),
    );
    pairs.extend(THRIFT.into_iter().map(|dialect| thrift(node, dialect)));
    pairs.extend([
        thrift(
            ["thrift/client.js", "thrift/server.py"],
            &["framed", "compact"],
        ),
        thrift(
            ["thrift/client.py", "thrift/server.js"],
            &["unframed", "binary"],
        ),
        dubbo(["dubbo/client.js", "dubbo/server.js"]),
        dubbo(["dubbo/client.py", "dubbo/server.js"]),
        dubbo(["dubbo/client.py", "dubbo/server.py"]),
    ]);
    pairs
}

fn thrift([client, server]: [&'static str; 2], dialect: &'static [&'static str]) -> Pair {
    let mut expected = json!({
        "routed": ["blue", "green"],
        "text": true,
        "result": 3,
        "large": true,
        "declared": "no division by zero",
        // Types of `TApplicationException`: unknown method, internal error.
        "no_route": 1,
        "no_endpoint": 6,
        "one_way": true,
        "pipelined": 200,
    });
    let has_headers = dialect.contains(&"header");
    if has_headers {
        expected["changed"] = json!(ZONE.1);
    }
    Pair {
        protocol: "Thrift",
        server,
        client,
        dialect,
        codec: || Box::new(Thrift::new()),
        changed: has_headers.then_some("header"),
        expected,
    }
}

fn dubbo([client, server]: [&'static str; 2]) -> Pair {
    let mut expected = json!({
        "routed": ["blue", "green"],
        "text": true,
        "large": true,
        "declared": "it was asked to",
        "no_route": "no route matches",
        "no_endpoint": "no endpoint of cluster \"empty\" can be reached",
        "pipelined": 200,
    });
    if client.ends_with(".py") {
        expected["result"] = json!(9);
        // The other library calls nothing one-way, and sends heartbeats once in a while only.
        expected["one_way"] = json!(true);
        expected["heartbeat"] = json!(true);
    } else {
        expected["result"] = json!(5);
    }
    if server.ends_with(".js") {
        // The other library does not show attachments to a service.
        expected["changed"] = json!(ZONE.1);
        expected["kept"] = json!("蓝");
    }
    Pair {
        protocol: "Dubbo",
        server,
        client,
        dialect: &[],
        codec: || Box::new(Dubbo::new()),
        changed: Some("attachment"),
        expected,
    }
}
