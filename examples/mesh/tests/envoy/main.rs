//! What the real Envoy makes of configurations, the module apart: it takes them, and does what the documents say.
//!
//! The binary is what `METAPROTO_ENVOY` names, or else the one that `cargo xtask envoy --install` has installed. Without it,
//! nothing is tested here.

mod echo;
mod process;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use echo::Echo;
use metaproto_mesh::{Documents, Options, translate};
use process::{Envoy, binary, validate, without_module};
use serde_json::Value;

const ORDERS: &str = include_str!("../../samples/orders.yaml");
const KUBERNETES: &str = include_str!("../../samples/kubernetes.yaml");

/// What Envoy says when all is well but for the file of the module.
const MODULE_IS_MISSING: &str = "Failed to load dynamic module";

fn config(yaml: &str, options: &Options) -> Value {
    let mut documents = Documents::new();
    documents.read("mesh.yaml", yaml);
    translate(&documents, options).unwrap().config().clone()
}

#[test]
fn configurations_are_valid() {
    let Some(binary) = binary() else { return };
    for sample in [ORDERS, KUBERNETES] {
        let config = config(sample, &Options::new("no_such_module"));
        let (_, log) = validate(&binary, &config);
        assert!(log.contains(MODULE_IS_MISSING), "{log}");
        let (is_valid, log) = validate(&binary, &without_module(config));
        assert!(is_valid, "{log}");
    }
}

/// Two servers behind one host, and what a router says about it.
fn mesh(echoes: [&Echo; 2], router: &str) -> Value {
    let [v1, v2] = echoes.map(|echo| echo.port);
    let yaml = format!(
        "
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {{name: echo}}
spec:
  hosts: [echo.example]
  ports: [{{number: 9000, name: tcp-metaprotocol-dubbo}}]
  resolution: STATIC
  endpoints:
  - {{address: 127.0.0.1, ports: {{tcp-metaprotocol-dubbo: {v1}}}, labels: {{version: v1}}}}
  - {{address: 127.0.0.1, ports: {{tcp-metaprotocol-dubbo: {v2}}}, labels: {{version: v2}}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{name: echo}}
spec:
  host: echo.example
  trafficPolicy: {{loadBalancer: {{consistentHash: {{httpHeaderName: user}}}}}}
  subsets: [{{name: v1, labels: {{version: v1}}}}, {{name: v2, labels: {{version: v2}}}}]
---
apiVersion: metaprotocol.aeraki.io/v1alpha1
kind: MetaRouter
metadata: {{name: echo}}
spec:
  hosts: [echo.example]
{router}
"
    );
    let mut options = Options::new("m");
    options.admin = Some("127.0.0.1:0".parse().unwrap());
    let listen = "127.0.0.1:0".parse().unwrap();
    options.listen.insert("echo.example".into(), listen);
    without_module(config(&yaml, &options))
}

#[test]
fn messages_go_where_documents_say() {
    let Some(binary) = binary() else { return };
    let (v1, v2) = (Echo::start("v1"), Echo::start("v2"));
    let router = r#"
  routes:
  - name: changed
    match: {attributes: {method: {exact: change}}}
    route: [{destination: {host: echo.example, subset: v1}}]
    requestMutation: [{key: rate, value: "5% of %REQ(:path)%"}, {key: empty, value: ""}, {key: old, value: new}, {key: gone, remove: true}]
    responseMutation: [{key: served-by, value: "100%"}]
  - name: mirrored
    match: {attributes: {method: {prefix: mirror}, user: {regex: "[a-c]+"}}}
    route: [{destination: {host: echo.example, subset: v1}}]
    mirror: {host: echo.example, subset: v2}
  - name: split
    match: {attributes: {method: {regex: "*"}, beta: null}}
    route:
    - {destination: {host: echo.example, subset: v1}, weight: 70}
    - {destination: {host: echo.example, subset: v2}, weight: 30}
  - name: hashed
    match: {attributes: {method: {exact: hash}}}
    route: [{destination: {host: echo.example}}]
"#;
    let envoy = Envoy::start(&binary, &mesh([&v1, &v2], router));

    let reply = envoy.ask(&[("mp-method", "change"), ("mp-old", "old"), ("mp-gone", "x")]);
    assert_eq!((reply.status(), reply.server()), (200, "v1"));
    assert_eq!(reply.header("mp-served-by"), Some("100%"));
    let seen = |name: &str| reply.seen(name);
    assert_eq!(seen("mp-rate"), ["5% of %REQ(:path)%"]);
    assert_eq!(seen("mp-empty"), [""]);
    assert_eq!(seen("mp-old"), ["new"]);
    assert_eq!(seen("mp-gone"), [""; 0]);

    assert_eq!(v2.count(), 0);
    let reply = envoy.ask(&[("mp-method", "mirror this"), ("mp-user", "abc")]);
    assert_eq!(reply.server(), "v1");
    let deadline = Instant::now() + Duration::from_secs(10);
    while v2.count() == 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(v2.count(), 1, "the copy");

    // A regular expression matches a value as a whole.
    let reply = envoy.ask(&[("mp-method", "mirror this"), ("mp-user", "abcd")]);
    assert_eq!(reply.status(), 404);

    let mut servers: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..400 {
        let reply = envoy.ask(&[("mp-method", "x"), ("mp-beta", "")]);
        *servers.entry(reply.server().to_owned()).or_default() += 1;
    }
    // 120 are expected, the standard deviation is 9.
    assert!((70..170).contains(&servers["v2"]), "{servers:?}");

    let place = |user: &str| {
        envoy
            .ask(&[("mp-method", "hash"), ("mp-user", user)])
            .server()
            .to_owned()
    };
    let users: Vec<String> = (0..40).map(|user| user.to_string()).collect();
    let first: Vec<String> = users.iter().map(|user| place(user)).collect();
    let second: Vec<String> = users.iter().map(|user| place(user)).collect();
    assert_eq!(first, second);
    assert!(first.contains(&"v1".to_owned()) && first.contains(&"v2".to_owned()));
}

#[test]
fn the_first_condition_that_matches_has_the_bucket() {
    let Some(binary) = binary() else { return };
    let (v1, v2) = (Echo::start("v1"), Echo::start("v2"));
    let router = "
  localRateLimit:
    tokenBucket: {maxTokens: 5, fillInterval: 1h}
    conditions:
    - {match: {attributes: {method: {exact: pay}}}, tokenBucket: {maxTokens: 3, fillInterval: 1h}}
    - {match: {attributes: {method: {prefix: p}}}, tokenBucket: {maxTokens: 2, fillInterval: 1h}}
    - {match: {attributes: {user: null}}, tokenBucket: {maxTokens: 1, fillInterval: 1h}}
";
    let envoy = Envoy::start(&binary, &mesh([&v1, &v2], router));
    let passed = |headers: &[(&str, &str)]| {
        let statuses = (0..8).map(|_| envoy.ask(headers).status());
        let statuses: Vec<u16> = statuses.collect();
        assert!(
            statuses.iter().all(|status| [200, 429].contains(status)),
            "{statuses:?}"
        );
        statuses.iter().filter(|status| **status == 200).count()
    };
    // Each has the whole of its own bucket left, whatever came before.
    assert_eq!(passed(&[("mp-method", "pay"), ("mp-user", "x")]), 3);
    assert_eq!(passed(&[("mp-method", "ping"), ("mp-user", "x")]), 2);
    assert_eq!(passed(&[("mp-method", "other"), ("mp-user", "x")]), 1);
    assert_eq!(passed(&[("mp-method", "other")]), 5);
}

#[test]
fn without_a_common_bucket_others_pass() {
    let Some(binary) = binary() else { return };
    let (v1, v2) = (Echo::start("v1"), Echo::start("v2"));
    let router = "
  localRateLimit:
    conditions:
    - {match: {attributes: {method: {exact: pay}}}, tokenBucket: {maxTokens: 1, fillInterval: 1h}}
";
    let envoy = Envoy::start(&binary, &mesh([&v1, &v2], router));
    let statuses = [(); 2].map(|()| envoy.ask(&[("mp-method", "pay")]).status());
    assert_eq!(statuses, [200, 429]);
    for _ in 0..20 {
        assert_eq!(envoy.ask(&[("mp-method", "other")]).status(), 200);
    }
}

#[test]
fn only_some_messages_are_asked_about() {
    let Some(binary) = binary() else { return };
    let (v1, v2) = (Echo::start("v1"), Echo::start("v2"));
    // There is no such service, so that to be asked about is to be refused, or else to pass.
    for (deny, status) in [(true, 429), (false, 200)] {
        let router = format!(
            "
  globalRateLimit:
    match: {{attributes: {{method: {{exact: pay}}}}}}
    domain: production
    denyOnFail: {deny}
    rateLimitService: outbound|1||limits.example
    descriptors: [{{property: method, descriptorKey: method}}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {{name: limits}}
spec:
  hosts: [limits.example]
  ports: [{{number: 1, name: grpc}}]
  resolution: STATIC
  endpoints: [{{address: 127.0.0.1}}]
"
        );
        let envoy = Envoy::start(&binary, &mesh([&v1, &v2], &router));
        assert_eq!(envoy.ask(&[("mp-method", "pay")]).status(), status);
        assert_eq!(envoy.ask(&[("mp-method", "other")]).status(), 200);
    }
}
