//! What is wrong or cannot be expressed is said, once each, with the document, the field and the way out.

mod common;

use common::{ORDERS, attempt, attempt_with, replaced};
use metaproto_mesh::{Documents, Options, Problem, check};

/// A passage of `samples/orders.yaml`, what stands there instead, and the field and part of the message of the only
/// problem.
type Case<'a> = (&'a str, &'a str, &'a str, &'a str);

#[track_caller]
fn try_cases(cases: &[Case<'_>]) {
    for (passage, by, field, message) in cases {
        let Err(problems) = attempt(&replaced(ORDERS, passage, by)) else {
            panic!("{by}: no problem");
        };
        let [problem] = &problems[..] else {
            panic!("{by}: {problems:#?}");
        };
        assert_eq!(problem.field, *field, "{problem}");
        assert!(problem.message.contains(message), "{by}: {problem}");
        assert!(problem.document.starts_with("mesh.yaml: "), "{problem}");
    }
}

const METHOD: &str = "method: {prefix: get}";
const ATTRIBUTE: &str = "spec.routes[0].match.attributes.method";
const MUTATION: &str = "{key: from, value: canary}";
const CHANGE: &str = "spec.routes[0].requestMutation[0]";
const BUCKET: &str = "tokenBucket: {maxTokens: 5, tokensPerFill: 5, fillInterval: 10s}";
const REST: &str = "route: [{destination: {host: orders.shop.svc.cluster.local, subset: v1}}]";
const HOSTS: &str = "  hosts: [orders.shop.svc.cluster.local]\n  localRateLimit:";

#[test]
fn matches() {
    try_cases(&[
        (
            METHOD,
            "method: {suffix: x}",
            &format!("{ATTRIBUTE}.suffix"),
            "not known here",
        ),
        (
            METHOD,
            "method: {exact: a, prefix: b}",
            ATTRIBUTE,
            "keep one",
        ),
        (
            METHOD,
            "method: {prefix: ''}",
            &format!("{ATTRIBUTE}.prefix"),
            "for any value write regex",
        ),
        (
            METHOD,
            "method: {regex: '(a'}",
            &format!("{ATTRIBUTE}.regex"),
            "unclosed group",
        ),
        (
            METHOD,
            "method: {regex: ''}",
            &format!("{ATTRIBUTE}.regex"),
            "empty",
        ),
        (
            METHOD,
            "method: {exact: 5}",
            &format!("{ATTRIBUTE}.exact"),
            "put it in quotes",
        ),
        (
            METHOD,
            "method: get",
            ATTRIBUTE,
            "a text where an object belongs",
        ),
        (
            METHOD,
            "my method: {exact: x}",
            "spec.routes[0].match.attributes.my method",
            "cannot be the name of a header",
        ),
        (
            "match: {attributes:",
            "match: {attribute:",
            "spec.routes[0].match.attribute",
            "did you mean attributes?",
        ),
    ]);
}

#[test]
fn destinations() {
    try_cases(&[
        (
            "weight: 10}",
            "weight: 20}",
            "spec.routes[0].route",
            "the sum of the weights is 110",
        ),
        (
            ", weight: 10}",
            "}",
            "spec.routes[0].route",
            "the sum of the weights is 90",
        ),
        (
            "weight: 10}",
            "weight: -10}",
            "spec.routes[0].route[1].weight",
            "-10 is no whole number from 0 to 100",
        ),
        (REST, "route: []", "spec.routes[1].route", "no destination"),
        (
            REST,
            "route: [{weight: 100}]",
            "spec.routes[1].route[0].destination",
            "missing",
        ),
        (
            REST,
            "route: [{destination: {subset: v1}}]",
            "spec.routes[1].route[0].destination.host",
            "missing",
        ),
        (
            REST,
            "route: [{destination: {host: orders}, weight: 50}]",
            "spec.routes[1].route[0].weight",
            "50 of a single destination",
        ),
        (
            REST,
            "route: [{destination: {host: nobody}}]",
            "spec.routes[1].route[0].destination.host",
            "nobody.shop.svc.cluster.local is in no document: add its Service or ServiceEntry",
        ),
        (
            REST,
            "route: [{destination: {host: orders, subset: v3}}]",
            "spec.routes[1].route[0].destination.subset",
            "\"v3\" is no subset",
        ),
        (
            REST,
            "route: [{destination: {host: orders, port: {number: 1}}}]",
            "spec.routes[1].route[0].destination.port.number",
            "has no port 1, only 9090",
        ),
        (
            MUTATION,
            "]\n    mirror: {host: orders, subset: v9}\n    responseMutation: [",
            "spec.routes[0].mirror.subset",
            "no subset",
        ),
        (
            MUTATION,
            "]\n    mirrorPercentage: {value: 5}\n    responseMutation: [",
            "spec.routes[0].mirrorPercentage",
            "there is no mirror",
        ),
        (
            MUTATION,
            "]\n    mirror: {host: orders}\n    mirrorPercentage: {value: 101}\n    responseMutation: [",
            "spec.routes[0].mirrorPercentage.value",
            "no percentage",
        ),
        (
            MUTATION,
            "]\n    mirror: {host: orders}\n    mirrorPercentage: {value: 0.00001}\n    responseMutation: [",
            "spec.routes[0].mirrorPercentage.value",
            "four decimals",
        ),
    ]);
}

#[test]
fn mutations() {
    let long = format!("{{key: from, value: {}}}", "%".repeat(8193));
    try_cases(&[
        (
            MUTATION,
            "{key: from}",
            &format!("{CHANGE}.value"),
            "missing",
        ),
        (MUTATION, "{value: x}", &format!("{CHANGE}.key"), "missing"),
        (
            MUTATION,
            "{key: 'a b', value: x}",
            &format!("{CHANGE}.key"),
            "cannot be the name of a header",
        ),
        (
            MUTATION,
            "{key: from, value: 1}",
            &format!("{CHANGE}.value"),
            "1 is no text: put it in quotes",
        ),
        (
            MUTATION,
            "{key: from, value: \"a\\rb\"}",
            &format!("{CHANGE}.value"),
            "control characters",
        ),
        (
            MUTATION,
            "{key: from, value: ' x'}",
            &format!("{CHANGE}.value"),
            "spaces at its ends",
        ),
        (
            MUTATION,
            &long.replace("value: ", "value: '").replace('}', "'}"),
            &format!("{CHANGE}.value"),
            "16386 bytes",
        ),
        (
            MUTATION,
            "{key: from, value: x, remove: true}",
            &format!("{CHANGE}.value"),
            "keep one",
        ),
        (
            MUTATION,
            "{key: a, value: x}, {key: A, remove: true}",
            "spec.routes[0].requestMutation[1].key",
            "both set and removed",
        ),
    ]);
}

#[test]
fn limits() {
    let global = |more: &str| {
        format!(
            "tokenBucket: {{maxTokens: 5, fillInterval: 10s}}\n  globalRateLimit: {{domain: d, {more}}}"
        )
    };
    let descriptors = "descriptors: [{property: a, descriptorKey: b}]";
    let service = "rateLimitService: orders.shop.svc.cluster.local";
    try_cases(&[
        (BUCKET, "{}", "spec.localRateLimit", "limits nothing"),
        (
            BUCKET,
            "tokenBucket: {maxTokens: 5}",
            "spec.localRateLimit.tokenBucket.fillInterval",
            "missing",
        ),
        (
            BUCKET,
            "tokenBucket: {fillInterval: 1s}",
            "spec.localRateLimit.tokenBucket.maxTokens",
            "missing",
        ),
        (
            BUCKET,
            "tokenBucket: {maxTokens: 0, fillInterval: 1s}",
            "spec.localRateLimit.tokenBucket.maxTokens",
            "0 is no whole number from 1",
        ),
        (
            BUCKET,
            "tokenBucket: {maxTokens: 1, fillInterval: 10ms}",
            "spec.localRateLimit.tokenBucket.fillInterval",
            "at least 0.05s",
        ),
        (
            BUCKET,
            "tokenBucket: {maxTokens: 1, fillInterval: 10}",
            "spec.localRateLimit.tokenBucket.fillInterval",
            "10 is no text",
        ),
        (
            BUCKET,
            "conditions: [{match: {}}]",
            "spec.localRateLimit.conditions[0].tokenBucket",
            "missing",
        ),
        (
            BUCKET,
            &global(&format!("{service}, {descriptors}")),
            "spec.globalRateLimit.rateLimitService",
            "neither outbound|PORT||HOST nor HOST:PORT",
        ),
        (
            BUCKET,
            &global(&format!("{service}:1, {descriptors}")),
            "spec.globalRateLimit.rateLimitService",
            "has no port 1",
        ),
        (
            BUCKET,
            &global(&format!("{service}:9090, {descriptors}")),
            "spec.globalRateLimit.rateLimitService",
            "does not speak gRPC",
        ),
        (
            BUCKET,
            &global(&format!(
                "rateLimitService: 'outbound|1||far.example', {descriptors}"
            )),
            "spec.globalRateLimit.rateLimitService",
            "far.example is in no document",
        ),
        (
            BUCKET,
            &global(descriptors),
            "spec.globalRateLimit.rateLimitService",
            "missing",
        ),
    ]);
}

#[test]
fn routers() {
    try_cases(&[
        (
            HOSTS,
            "  hosts: []\n  localRateLimit:",
            "spec.hosts",
            "missing",
        ),
        (
            HOSTS,
            "  hosts: [orders.shop.svc.cluster.local, b.c]\n  localRateLimit:",
            "spec.hosts",
            "several hosts",
        ),
        (
            HOSTS,
            "  hosts: [orders]\n  gateways: [edge]\n  localRateLimit:",
            "spec.gateways",
            "--listen",
        ),
        (
            HOSTS,
            "  hosts: [orders]\n  exportTo: ['.']\n  localRateLimit:",
            "spec.exportTo",
            "leave the document out",
        ),
        (
            HOSTS,
            "  hosts: [orders]\n  export_to: ['.']\n  localRateLimit:",
            "spec.exportTo",
            "leave the document out",
        ),
        (
            HOSTS,
            "  hosts: [orders]\n  retries: 3\n  localRateLimit:",
            "spec.retries",
            "not known here: remove it",
        ),
        (
            HOSTS,
            "  hosts: [orders]\n  local_rate_limit: {tokenBucket: {maxTokens: 1, fillInterval: 1s}}\n  localRateLimit:",
            "spec.localRateLimit",
            "also there as local_rate_limit",
        ),
        (
            HOSTS,
            "  hosts: [nobody]\n  localRateLimit:",
            "spec.hosts",
            "nobody.shop.svc.cluster.local is in no document",
        ),
    ]);
}

#[test]
fn rules_and_subsets() {
    let policy = |policy: &str| {
        format!("  - {{name: v2, labels: {{version: v2}}, trafficPolicy: {policy}}}")
    };
    let v2 = "  - {name: v2, labels: {version: v2}}\n---";
    let ends = |text: String| text + "\n---";
    let at = "spec.subsets[1].trafficPolicy";
    try_cases(&[
        (
            v2,
            &ends("  - {name: v2}".into()),
            "spec.subsets[1].labels",
            "none",
        ),
        (
            v2,
            &ends("  - {name: v2, labels: {version: v7}}".into()),
            "spec.hosts",
            "subset \"v2\": no endpoint of orders.shop.svc.cluster.local has the labels version=v7",
        ),
        (
            v2,
            &ends(policy("{tls: {mode: ISTIO_MUTUAL}}")),
            &format!("{at}.tls.mode"),
            "write DISABLE",
        ),
        (
            v2,
            &ends(policy("{portLevelSettings: []}")),
            &format!("{at}.portLevelSettings"),
            "not translated",
        ),
        (
            v2,
            &ends(policy("{loadBalancer: {simple: PASSTHROUGH}}")),
            &format!("{at}.loadBalancer.simple"),
            "PASSTHROUGH is not translated",
        ),
        (
            v2,
            &ends(policy("{loadBalancer: {localityLbSetting: {}}}")),
            &format!("{at}.loadBalancer.localityLbSetting"),
            "not known here",
        ),
        (
            v2,
            &ends(policy("{loadBalancer: {consistentHash: {}}}")),
            &format!("{at}.loadBalancer.consistentHash.httpHeaderName"),
            "name the property",
        ),
        (
            v2,
            &ends(policy(
                "{loadBalancer: {consistentHash: {httpCookie: {name: x}, useSourceIp: true}}}",
            )),
            &format!("{at}.loadBalancer.consistentHash.httpCookie"),
            "name a property",
        ),
        (
            v2,
            &ends(policy("{outlierDetection: {consecutiveErrors: 5}}")),
            &format!("{at}.outlierDetection.consecutiveErrors"),
            "not known here",
        ),
        (
            v2,
            &ends(policy("{connectionPool: {http: {maxRetries: many}}}")),
            &format!("{at}.connectionPool.http.maxRetries"),
            "no whole number",
        ),
    ]);
}

#[test]
fn hashes_of_one_route_must_agree() {
    let yaml = replaced(
        ORDERS,
        "  - {name: v1, labels: {version: v1}}\n  - {name: v2, labels: {version: v2}}",
        "  - {name: v1, labels: {version: v1}, trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: a}}}}
  - {name: v2, labels: {version: v2}, trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: b}}}}",
    );
    assert_one(&yaml, "spec.routes[0]", "hash different things");
}

#[test]
fn hosts_and_ports() {
    let port = "{number: 9090, name: tcp-metaprotocol-brpc, protocol: TCP}";
    let endpoint = "{address: 192.0.2.21, labels: {version: v2}}";
    try_cases(&[
        (
            "resolution: STATIC",
            "resolution: NONE",
            "spec.resolution",
            "STATIC or DNS",
        ),
        (
            "resolution: STATIC",
            "resolution: STATIC\n  workloadSelector: {}",
            "spec.workloadSelector",
            "list them in endpoints",
        ),
        (
            endpoint,
            "{address: host.example, labels: {version: v2}}",
            "spec.endpoints[2].address",
            "no IP address",
        ),
        (
            endpoint,
            "{address: 192.0.2.21, labels: {version: v2}, locality: a/b}",
            "spec.endpoints[2].locality",
            "remove this",
        ),
        (
            endpoint,
            "{address: 192.0.2.21, labels: {version: v2}, ports: {x: 1}}",
            "spec.endpoints[2].ports.x",
            "not known here",
        ),
        (
            port,
            "{number: 9090, name: tcp-metaprotocol-brpc, protocol: UDP}",
            "spec.ports[0].protocol",
            "write TCP",
        ),
        (
            port,
            "{number: 0, name: tcp-metaprotocol-brpc}",
            "spec.ports[0].number",
            "no whole number",
        ),
        (
            port,
            "{number: 9090, name: tcp-metaprotocol-bRPC}",
            "spec.ports[0].name",
            "write \"brpc\"",
        ),
        (
            port,
            "{number: 9090, name: tcp-metaprotocol-other}",
            "spec.ports[0].name",
            "add an ApplicationProtocol whose spec.protocol is \"other\"",
        ),
        (
            port,
            "{number: 9090, name: http-web}",
            "spec.hosts",
            "no port whose name begins with tcp-metaprotocol-",
        ),
        (
            "codec: aeraki.meta_protocol.codec.brpc",
            "codec: brpc",
            "spec.codec",
            "write aeraki.meta_protocol.codec.NAME",
        ),
        (
            "codec: aeraki.meta_protocol.codec.brpc",
            "codec: ''",
            "spec.codec",
            "empty",
        ),
    ]);
}

#[track_caller]
fn assert_one(yaml: &str, field: &str, message: &str) {
    let problems = attempt(yaml).unwrap_err();
    let [problem] = &problems[..] else {
        panic!("{problems:#?}");
    };
    assert_eq!(problem.field, field, "{problem}");
    assert!(problem.message.contains(message), "{problem}");
}

fn service(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n"
    )
}

#[test]
fn services_of_kubernetes() {
    let ports = "ports: [{name: tcp-metaprotocol-dubbo, port: 20880}]";
    for (spec, field, message) in [
        (
            format!("{{{ports}}}"),
            "spec",
            "the endpoints of stock.shop.svc.cluster.local are not known: add its EndpointSlice, Endpoints or Pod documents",
        ),
        (
            format!("{{clusterIP: None, sessionAffinity: ClientIP, {ports}}}"),
            "spec.sessionAffinity",
            "useSourceIp",
        ),
        (
            format!("{{clusterIP: None, type: ExternalName, {ports}}}"),
            "spec.type",
            "ServiceEntry",
        ),
        (
            format!("{{clusterIP: None, internalTrafficPolicy: Local, {ports}}}"),
            "spec.internalTrafficPolicy",
            "Cluster",
        ),
        (
            "{clusterIP: None, ports: [{name: tcp-metaprotocol-dubbo, port: 1, targetPort: rpc}]}"
                .into(),
            "spec.ports[0].name",
            "number of the port \"rpc\"",
        ),
        (
            "{clusterIP: None, ports: [{name: tcp-metaprotocol-dubbo, port: 1, protocol: UDP}]}"
                .into(),
            "spec.ports[0].protocol",
            "write TCP",
        ),
    ] {
        assert_one(&service("stock", &spec), field, message);
    }
}

#[test]
fn a_global_limit_asks_something() {
    let limit =
        "globalRateLimit: {domain: d, rateLimitService: 'limits.shop.svc.cluster.local:81'}";
    let yaml = replaced(ORDERS, &format!("localRateLimit:\n    {BUCKET}"), limit);
    let limits = service("limits", "{ports: [{name: grpc, port: 81}]}");
    assert_one(
        &(yaml + &limits),
        "spec.globalRateLimit.descriptors",
        "none",
    );
}

#[test]
fn subsets_need_labels_of_endpoints() {
    let (documents, _) = ORDERS.rsplit_once("---").unwrap();
    let spec = "{ports: [{name: tcp-metaprotocol-brpc, port: 9090}]}";
    let endpoints = "---
apiVersion: v1
kind: Endpoints
metadata: {name: orders, namespace: shop}
subsets: [{addresses: [{ip: 192.0.2.1}], ports: [{name: tcp-metaprotocol-brpc, port: 9090}]}]
";
    let yaml = format!("{documents}{}{endpoints}", service("orders", spec));
    let problems = attempt(&yaml).unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:#?}");
    for (problem, subset) in problems.iter().zip(["v1", "v2"]) {
        let text = problem.to_string();
        assert!(
            text.contains(subset) && text.contains("add its Pod documents"),
            "{text}"
        );
    }
}

#[test]
fn destinations_speak_the_protocol_of_the_listener() {
    let route = replaced(ORDERS, REST, "route: [{destination: {host: stock}}]");
    let dubbo = "{clusterIP: None, ports: [{name: tcp-metaprotocol-dubbo, port: 20880}]}";
    let field = "spec.routes[1].route[0].destination.host";
    assert_one(
        &(route.clone() + &service("stock", dubbo)),
        field,
        "speaks dubbo, and the messages are brpc",
    );
    let web = "{clusterIP: None, ports: [{name: http-web, port: 9090}]}";
    assert_one(
        &(route.clone() + &service("stock", web)),
        field,
        "no tcp-metaprotocol- port",
    );
    let several = "{clusterIP: None, ports: [{name: http-a, port: 1}, {name: http-b, port: 2}]}";
    assert_one(
        &(route + &service("stock", several)),
        "spec.routes[1].route[0].destination.port",
        "state the number of one",
    );
}

#[test]
fn what_there_is_twice() {
    let (router, rest) = ORDERS.split_once("---\n").unwrap();
    let twice = format!("{router}---\n{router}---\n{rest}");
    assert_one(
        &twice,
        "spec.hosts",
        "MetaRouter shop/orders is for orders.shop.svc.cluster.local as well",
    );
    let host = "{clusterIP: None, ports: [{name: tcp-metaprotocol-brpc, port: 9090}]}";
    assert_one(
        &format!("{ORDERS}{}", service("orders", host)),
        "spec",
        "also stands in mesh.yaml: ServiceEntry shop/orders",
    );
    let same = "{clusterIP: None, ports: [{name: tcp-metaprotocol-dubbo, port: 9090}]}";
    assert_one(
        &format!("{ORDERS}{}", service("stock", same)),
        "spec.ports[0].name",
        "--listen stock.shop.svc.cluster.local:9090=ADDRESS:PORT",
    );
    let protocol = "---
apiVersion: metaprotocol.aeraki.io/v1alpha1
kind: ApplicationProtocol
metadata: {name: other}
spec: {protocol: brpc, codec: aeraki.meta_protocol.codec.other}
";
    assert_one(
        &format!("{ORDERS}{protocol}"),
        "spec.protocol",
        "has the codec brpc elsewhere and other here",
    );
}

#[test]
fn documents_that_are_not_translated() {
    for (document, field, message) in [
        (
            "{apiVersion: networking.istio.io/v1, kind: VirtualService}",
            "kind",
            "VirtualService is not translated",
        ),
        (
            "{apiVersion: security.istio.io/v1, kind: PeerAuthentication}",
            "kind",
            "not translated",
        ),
        (
            "{apiVersion: metaprotocol.aeraki.io/v2, kind: MetaRouter, spec: {hosts: [a.b]}}",
            "apiVersion",
            "v2 is not known, only v1alpha1",
        ),
        ("{kind: MetaRouter}", "apiVersion", "missing"),
        ("{apiVersion: v1}", "kind", "missing"),
        (
            "{apiVersion: networking.istio.io/v1, kind: DestinationRule}",
            "spec",
            "missing",
        ),
        ("just text", "", "a text where an object belongs"),
        ("{a: 1, a: 2}", "", "duplicate"),
        ("{a: [}", "", "line 1"),
    ] {
        let problems = attempt(document).unwrap_err();
        let found = problems.iter().find(|problem| problem.field == field);
        let found = found.unwrap_or_else(|| panic!("{document}: {problems:#?}"));
        assert!(found.message.contains(message), "{document}: {found}");
    }
}

#[test]
fn a_dump_of_a_cluster_may_be_large() {
    let list = format!(
        "{{apiVersion: v1, kind: List, items: [], more: [{}]}}",
        "0,".repeat(300_000)
    );
    attempt(&list).unwrap();
}

#[test]
fn others_are_skipped_by_name() {
    let mut documents = Documents::new();
    documents.read(
        "a.yaml",
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}",
    );
    let envoy = metaproto_mesh::translate(&documents, &Options::new("m")).unwrap();
    assert_eq!(envoy.skipped(), ["a.yaml: Deployment default/x"]);
}

#[test]
fn what_is_about_other_hosts_is_nobodys_problem() {
    let others = "
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: web}
spec: {hosts: [a.example, b.example], ports: [{number: 443, name: https}], resolution: NONE, subjectAltNames: [a]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web}
spec: {host: a.example, trafficPolicy: {tls: {mode: SIMPLE}, tunnel: {}}, subsets: [{name: v1}]}
";
    let other = service(
        "page",
        "{type: ExternalName, sessionAffinity: ClientIP, ports: [{name: http, port: 80}]}",
    );
    attempt(&format!("{ORDERS}---{others}{other}")).unwrap();
    // Unless it is asked about limits.
    let limit = "globalRateLimit: {domain: d, rateLimitService: 'a.example:443', descriptors: [{property: a, descriptorKey: b}]}";
    let yaml = replaced(ORDERS, &format!("localRateLimit:\n    {BUCKET}"), limit);
    let others = others.replace("resolution: NONE", "resolution: DNS");
    let problems = attempt(&format!("{yaml}---{others}")).unwrap_err();
    let fields: Vec<&str> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    let expected = [
        "spec.trafficPolicy.tls.mode",
        "spec.trafficPolicy.tunnel",
        "spec.subsets[0].labels",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn unknown_hosts_of_options() {
    let mut options = Options::new("m");
    options
        .listen
        .insert("nobody".into(), "127.0.0.1:1".parse().unwrap());
    let problems = attempt_with(ORDERS, &options).unwrap_err();
    let expected = Problem {
        document: "--listen nobody".into(),
        field: String::new(),
        message: "there is no host of this name, or no port of ours at it".into(),
    };
    assert_eq!(problems, [expected]);
}

#[test]
fn all_problems_come_at_once() {
    let mut yaml = replaced(ORDERS, "weight: 10}", "weight: 11}");
    yaml = replaced(&yaml, "version: v2}}\n---", "version: v3}}\n---");
    yaml = replaced(&yaml, MUTATION, "{key: from, value: 3}");
    yaml = replaced(&yaml, "fillInterval: 10s", "fillInterval: soon");
    let problems = attempt(&yaml).unwrap_err();
    let fields: Vec<&str> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    let expected = [
        "spec.routes[0].route",
        "spec.routes[0].requestMutation[0].value",
        "spec.localRateLimit.tokenBucket.fillInterval",
        "spec.hosts",
    ];
    assert_eq!(fields, expected);
    assert_eq!(
        problems[0].to_string(),
        "mesh.yaml: MetaRouter shop/orders: spec.routes[0].route: the sum of the weights is 101: it must be 100"
    );
}

#[test]
fn protocols_with_hyphens_never_match() {
    let yaml = replaced(ORDERS, "protocol: brpc,", "protocol: b-rpc,");
    let yaml = replaced(
        &yaml,
        "tcp-metaprotocol-brpc",
        "tcp-metaprotocol-b-rpc-orders",
    );
    let mut documents = Documents::new();
    documents.read("mesh.yaml", &yaml);
    let problems = check(&documents, "cluster.local").unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:#?}");
    for (problem, field) in problems.iter().zip(["spec.protocol", "spec.ports[0].name"]) {
        assert_eq!(problem.field, field);
        for part in ["\"b-rpc\"", "one of \"b\"", "call the protocol \"brpc\""] {
            assert!(problem.message.contains(part), "{problem}");
        }
    }
}

#[test]
fn names_of_ports_are_checked() {
    let spec = "{clusterIP: None, ports: [{name: metaprotocol-dubbo, port: 1}, {name: tcp-metaprotocol, port: 2}, {name: web, port: 3}]}";
    let mut documents = Documents::new();
    documents.read("mesh.yaml", &service("stock", spec));
    let problems = check(&documents, "cluster.local").unwrap_err();
    let fields: Vec<&str> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(fields, ["spec.ports[0].name", "spec.ports[1].name"]);
}
