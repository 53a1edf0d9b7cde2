//! What becomes of single statements.

mod common;

use std::time::Duration;

use common::{ORDERS, attempt, attempt_with, replaced};
use metaproto_mesh::Options;
use serde_json::{Value, json};

const LISTENER: &str = "/static_resources/listeners/0";
const MANAGER: &str = "/static_resources/listeners/0/filter_chains/0/filters/1/typed_config";
const ROUTES: &str = "/static_resources/listeners/0/filter_chains/0/filters/1/typed_config/route_config/virtual_hosts/0/routes";

fn at(config: &Value, root: &str, path: &str) -> Value {
    let found = config.pointer(&format!("{root}{path}"));
    found.cloned().unwrap_or(Value::Null)
}

#[track_caller]
fn orders_with(passage: &str, by: &str) -> Value {
    match attempt(&replaced(ORDERS, passage, by)) {
        Ok(config) => config,
        Err(problems) => panic!("{problems:#?}"),
    }
}

fn cluster(config: &Value, name: &str) -> Value {
    let clusters = config["static_resources"]["clusters"].as_array().unwrap();
    let found = clusters.iter().find(|cluster| cluster["name"] == name);
    found
        .cloned()
        .unwrap_or_else(|| panic!("no cluster {name}"))
}

const V1: &str = "outbound|9090|v1|orders.shop.svc.cluster.local";
const V2: &str = "outbound|9090|v2|orders.shop.svc.cluster.local";

#[test]
fn conditions_on_properties_are_matchers_of_headers() {
    for (test, matcher) in [
        ("{exact: get}", json!({"string_match": {"exact": "get"}})),
        ("{prefix: get}", json!({"string_match": {"prefix": "get"}})),
        (
            "{regex: 'get|list'}",
            json!({"string_match": {"safe_regex": {"regex": "get|list"}}}),
        ),
        ("{regex: '*'}", json!({"present_match": true})),
        ("{regex: null}", json!({"present_match": true})),
        ("{}", json!({"present_match": true})),
        ("null", json!({"present_match": true})),
        ("{exact: ''}", json!({"string_match": {"exact": ""}})),
    ] {
        let config = orders_with("method: {prefix: get}", &format!("Method: {test}"));
        let mut expected = matcher;
        expected["name"] = json!("mp-method");
        assert_eq!(
            at(&config, ROUTES, "/0/match/headers"),
            json!([expected]),
            "{test}"
        );
    }
}

#[test]
fn all_conditions_of_a_route_must_hold() {
    let config = orders_with(
        "method: {prefix: get}",
        "method: {prefix: get}, user: {exact: a}",
    );
    let headers = at(&config, ROUTES, "/0/match/headers");
    assert_eq!(headers.as_array().unwrap().len(), 2);
    let config = orders_with(
        "match: {attributes: {method: {prefix: get}}}",
        "match: {attributes: {}}",
    );
    assert_eq!(at(&config, ROUTES, "/0/match"), json!({"prefix": "/"}));
}

#[test]
fn the_module_shows_what_is_looked_at_and_nothing_else() {
    let shown = |config: &Value| {
        let filter = at(
            config,
            LISTENER,
            "/filter_chains/0/filters/0/typed_config/filter_config/value",
        );
        let socket = &cluster(config, V1)["transport_socket"]["typed_config"]["transport_socket_config"]
            ["value"];
        assert_eq!(&filter, socket, "both halves are told the same");
        (
            filter["headers"]["request"].clone(),
            filter["headers"]["response"].clone(),
        )
    };
    let config = attempt(ORDERS).unwrap();
    assert_eq!(shown(&config), (json!(["method"]), json!("none")));
    let config = orders_with("match: {attributes: {method: {prefix: get}}}\n", "\n");
    assert_eq!(shown(&config), (json!("none"), json!("none")));
}

#[test]
fn what_is_removed_is_shown() {
    let config = orders_with(
        "requestMutation: [{key: from, value: canary}]",
        "requestMutation: [{key: From, remove: true}]\n    responseMutation: [{key: trace, remove: true}]",
    );
    assert_eq!(
        at(&config, ROUTES, "/0/request_headers_to_remove"),
        json!(["mp-from"])
    );
    assert_eq!(
        at(&config, ROUTES, "/0/response_headers_to_remove"),
        json!(["mp-trace"])
    );
    let filter = at(
        &config,
        LISTENER,
        "/filter_chains/0/filters/0/typed_config/filter_config/value",
    );
    assert_eq!(
        filter["headers"],
        json!({"request": ["from", "method"], "response": ["trace"]})
    );
}

#[test]
fn a_value_is_text_and_no_format() {
    let config = orders_with(
        "{key: from, value: canary}",
        "{key: from, value: '5% of %REQ(x)%'}, {key: empty, value: ''}",
    );
    let added = |key: &str, value: &str| {
        json!({
            "header": {"key": key, "value": value},
            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
        })
    };
    let mut empty = added("mp-empty", "");
    empty["keep_empty_value"] = json!(true);
    let expected = json!([added("mp-from", "5%% of %%REQ(x)%%"), empty]);
    assert_eq!(at(&config, ROUTES, "/0/request_headers_to_add"), expected);
}

#[test]
fn a_single_destination_gets_everything() {
    for weight in ["", ", weight: 100", ", weight: 0"] {
        let config = orders_with(
            "route: [{destination: {host: orders.shop.svc.cluster.local, subset: v1}}]",
            &format!("route: [{{destination: {{host: orders, subset: v1}}{weight}}}]"),
        );
        assert_eq!(at(&config, ROUTES, "/1/route/cluster"), json!(V1));
    }
}

#[test]
fn a_mirror_gets_its_share() {
    for (percentage, millionths) in [
        ("", 1_000_000),
        ("mirrorPercentage: {value: 0}", 0),
        ("mirrorPercentage: {value: 12.5}", 125_000),
        ("mirror_percentage: {value: 0.0001}", 1),
        ("mirrorPercentage: {value: 100}", 1_000_000),
    ] {
        let config = orders_with(
            "    requestMutation: [{key: from, value: canary}]",
            &format!("    mirror: {{host: orders, subset: v2}}\n    {percentage}"),
        );
        let expected = json!([{
            "cluster": V2,
            "runtime_fraction": {"default_value": {"numerator": millionths, "denominator": "MILLION"}},
        }]);
        assert_eq!(
            at(&config, ROUTES, "/0/route/request_mirror_policies"),
            expected,
            "{percentage}"
        );
    }
}

#[test]
fn one_bucket_limits_all() {
    let config = attempt(ORDERS).unwrap();
    let filter = at(&config, MANAGER, "/http_filters/0");
    assert_eq!(filter["name"], "envoy.filters.http.local_ratelimit");
    let bucket = json!({"max_tokens": 5, "tokens_per_fill": 5, "fill_interval": "10s"});
    assert_eq!(filter["typed_config"]["token_bucket"], bucket);
    assert_eq!(filter["typed_config"].get("descriptors"), None);
    let config = orders_with(
        "maxTokens: 5, tokensPerFill: 5, fillInterval: 10s",
        "maxTokens: 9, fillInterval: 100ms",
    );
    let bucket = json!({"max_tokens": 9, "tokens_per_fill": 1, "fill_interval": "0.1s"});
    assert_eq!(
        at(
            &config,
            MANAGER,
            "/http_filters/0/typed_config/token_bucket"
        ),
        bucket
    );
}

#[test]
fn without_a_common_bucket_only_conditions_limit() {
    let config = orders_with(
        "tokenBucket: {maxTokens: 5, tokensPerFill: 5, fillInterval: 10s}",
        "conditions: [{tokenBucket: {maxTokens: 5, fillInterval: 10s}}]",
    );
    let filter = at(&config, MANAGER, "/http_filters/0/typed_config");
    assert_eq!(filter.get("token_bucket"), None);
    let any = json!([{"name": ":path", "present_match": true}]);
    assert_eq!(
        filter["rate_limits"][0]["actions"][0]["header_value_match"]["headers"],
        any
    );
}

const LIMITS: &str = "
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: limits, namespace: shop}
spec:
  hosts: [limits.example]
  ports: [{number: 8081, name: grpc, protocol: GRPC}]
  resolution: STATIC
  endpoints: [{address: 192.0.2.99}]
";

#[test]
fn a_global_limit_without_condition_is_in_every_route() {
    let limit = "globalRateLimit: {domain: d, rateLimitService: 'limits.example:8081', descriptors: [{property: Method, descriptorKey: m}]}";
    let yaml = replaced(
        ORDERS,
        "  localRateLimit:\n    tokenBucket: {maxTokens: 5, tokensPerFill: 5, fillInterval: 10s}",
        &format!("  {limit}"),
    );
    let config = attempt(&(yaml + LIMITS)).unwrap();
    let routes = at(&config, ROUTES, "");
    assert_eq!(routes.as_array().unwrap().len(), 2);
    let asked = json!([{"actions": [{"request_headers": {"header_name": "mp-method", "descriptor_key": "m"}}]}]);
    for route in routes.as_array().unwrap() {
        assert_eq!(route["route"]["rate_limits"], asked);
    }
    let filter = at(&config, MANAGER, "/http_filters/0/typed_config");
    assert_eq!(filter["timeout"], "0.02s");
    assert_eq!(filter["failure_mode_deny"], false);
    assert_eq!(filter.get("status_on_error"), None);
    let service = cluster(&config, "outbound|8081||limits.example");
    assert_eq!(service.get("transport_socket"), None);
}

fn with_policy(policy: &str) -> Value {
    let by =
        format!("  host: orders.shop.svc.cluster.local\n  trafficPolicy: {policy}\n  subsets:");
    orders_with("  host: orders.shop.svc.cluster.local\n  subsets:", &by)
}

#[test]
fn consistent_hashing_is_said_to_route_and_cluster() {
    for (hash, policy, lb) in [
        (
            "httpHeaderName: User",
            json!([{"header": {"header_name": "mp-user"}}]),
            "RING_HASH",
        ),
        (
            "httpHeaderName: user, maglev: {}",
            json!([{"header": {"header_name": "mp-user"}}]),
            "MAGLEV",
        ),
        (
            "useSourceIp: true, ringHash: {minimumRingSize: 4096}",
            json!([{"connection_properties": {"source_ip": true}}]),
            "RING_HASH",
        ),
    ] {
        let config = with_policy(&format!("{{loadBalancer: {{consistentHash: {{{hash}}}}}}}"));
        assert_eq!(at(&config, ROUTES, "/0/route/hash_policy"), policy);
        assert_eq!(cluster(&config, V1)["lb_policy"], lb);
        let shown = at(
            &config,
            LISTENER,
            "/filter_chains/0/filters/0/typed_config/filter_config/value/headers/request",
        );
        let is_shown = shown.as_array().unwrap().contains(&json!("user"));
        assert_eq!(is_shown, hash.contains("httpHeaderName"));
    }
}

#[test]
fn simple_balancing_keeps_its_name() {
    for (simple, lb) in [
        ("ROUND_ROBIN", "ROUND_ROBIN"),
        ("LEAST_REQUEST", "LEAST_REQUEST"),
        ("LEAST_CONN", "LEAST_REQUEST"),
        ("RANDOM", "RANDOM"),
        ("UNSPECIFIED", "LEAST_REQUEST"),
    ] {
        let config = with_policy(&format!("{{loadBalancer: {{simple: {simple}}}}}"));
        assert_eq!(cluster(&config, V2)["lb_policy"], lb);
    }
}

#[test]
fn subsets_are_clusters_of_the_endpoints_with_their_labels() {
    let config = attempt(ORDERS).unwrap();
    let addresses = |name: &str| {
        let endpoints =
            cluster(&config, name)["load_assignment"]["endpoints"][0]["lb_endpoints"].clone();
        let address = |it: &Value| it["endpoint"]["address"]["socket_address"]["address"].clone();
        endpoints
            .as_array()
            .unwrap()
            .iter()
            .map(address)
            .collect::<Value>()
    };
    assert_eq!(addresses(V1), json!(["192.0.2.11", "192.0.2.12"]));
    assert_eq!(addresses(V2), json!(["192.0.2.21"]));
}

#[test]
fn endpoints_have_ports_and_weights_of_their_own() {
    let config = orders_with(
        "{address: 192.0.2.21, labels: {version: v2}}",
        "{address: 192.0.2.21, labels: {version: v2}, weight: 3, ports: {tcp-metaprotocol-brpc: 7777}}",
    );
    let endpoint =
        cluster(&config, V2)["load_assignment"]["endpoints"][0]["lb_endpoints"][0].clone();
    assert_eq!(endpoint["load_balancing_weight"], 3);
    assert_eq!(
        endpoint["endpoint"]["address"]["socket_address"]["port_value"],
        7777
    );
}

#[test]
fn names_are_for_dns() {
    let yaml = "
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: far}
spec: {hosts: [far.example], ports: [{number: 9000, name: tcp-metaprotocol-dubbo, targetPort: 9001}], resolution: DNS}
";
    let config = attempt(yaml).unwrap();
    let far = cluster(&config, "outbound|9000||far.example");
    assert_eq!(far["type"], "STRICT_DNS");
    let address = &far["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]["address"]
        ["socket_address"];
    assert_eq!(
        *address,
        json!({"address": "far.example", "port_value": 9001})
    );
}

const SERVICE: &str = "
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop}
spec: {selector: {app: stock}, ports: [{name: tcp-metaprotocol-dubbo, port: 20880, targetPort: 20881}]}
";

fn stock(more: &str) -> Value {
    let config = attempt(&format!("{SERVICE}---{more}")).unwrap();
    let stock = cluster(&config, "outbound|20880||stock.shop.svc.cluster.local");
    let endpoints = stock["load_assignment"]["endpoints"][0]["lb_endpoints"].clone();
    let address = |it: &Value| {
        let address = &it["endpoint"]["address"]["socket_address"];
        format!(
            "{}:{}",
            address["address"].as_str().unwrap(),
            address["port_value"]
        )
    };
    endpoints.as_array().unwrap().iter().map(address).collect()
}

#[test]
fn endpoints_of_services_stand_in_other_documents() {
    let endpoints = "
apiVersion: v1
kind: Endpoints
metadata: {name: stock, namespace: shop}
subsets:
- {addresses: [{ip: 192.0.2.1}], notReadyAddresses: [{ip: 192.0.2.2}], ports: [{name: tcp-metaprotocol-dubbo, port: 20881}]}
";
    assert_eq!(stock(endpoints), json!(["192.0.2.1:20881"]));
    let slice = "
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: stock-1, namespace: shop, labels: {kubernetes.io/service-name: stock}}
ports: [{name: other, port: 1}, {name: tcp-metaprotocol-dubbo, port: 20882}]
endpoints: [{addresses: [192.0.2.3]}, {addresses: [192.0.2.4], conditions: {ready: false}}]
";
    assert_eq!(stock(slice), json!(["192.0.2.3:20882"]));
    let pod = "
apiVersion: v1
kind: Pod
metadata: {name: stock-1, namespace: shop, labels: {app: stock}}
status: {podIP: 192.0.2.5, conditions: [{type: Ready, status: 'True'}]}
---
apiVersion: v1
kind: Pod
metadata: {name: stock-1, namespace: elsewhere, labels: {app: stock}}
status: {podIP: 192.0.2.6, conditions: [{type: Ready, status: 'True'}]}
";
    assert_eq!(stock(pod), json!(["192.0.2.5:20881"]));
}

#[test]
fn a_headless_service_is_asked_of_dns() {
    let service = replaced(SERVICE, "selector: {app: stock}", "clusterIP: None");
    let config = attempt(&service).unwrap();
    let stock = cluster(&config, "outbound|20880||stock.shop.svc.cluster.local");
    assert_eq!(stock["type"], "STRICT_DNS");
    let address = &stock["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]["address"]
        ["socket_address"];
    assert_eq!(
        *address,
        json!({"address": "stock.shop.svc.cluster.local", "port_value": 20881})
    );
}

#[test]
fn a_host_without_router_is_its_own_destination() {
    let (_, rest) = ORDERS.split_once("---").unwrap();
    let config = attempt(rest).unwrap();
    let route = json!([{
        "name": "default",
        "match": {"prefix": "/"},
        "route": {"cluster": "outbound|9090||orders.shop.svc.cluster.local", "timeout": "0s"},
    }]);
    assert_eq!(at(&config, ROUTES, ""), route);
}

#[test]
fn options_say_what_documents_do_not() {
    let mut options = Options::new("mine");
    options.timeout = Some(Duration::from_millis(1500));
    options.admin = Some("127.0.0.1:9901".parse().unwrap());
    options.address = "0.0.0.0".parse().unwrap();
    let config = attempt_with(ORDERS, &options).unwrap();
    assert_eq!(at(&config, ROUTES, "/1/route/timeout"), "1.5s");
    assert_eq!(
        config["admin"]["address"]["socket_address"]["port_value"],
        9901
    );
    assert_eq!(
        at(&config, LISTENER, "/address/socket_address/address"),
        "0.0.0.0"
    );
    let module = at(
        &config,
        LISTENER,
        "/filter_chains/0/filters/0/typed_config/dynamic_module_config/name",
    );
    assert_eq!(module, "mine");
    let host = "orders.shop.svc.cluster.local:9090".to_owned();
    options.listen.insert(host, "127.0.0.1:0".parse().unwrap());
    let config = attempt_with(ORDERS, &options).unwrap();
    let expected = json!({"socket_address": {"address": "127.0.0.1", "port_value": 0}});
    assert_eq!(at(&config, LISTENER, "/address"), expected);
}

#[test]
fn only_routed_hosts_have_listeners_if_so_asked() {
    let yaml = format!(
        "{ORDERS}\n---{}",
        SERVICE.replace("{selector: {app: stock}", "{clusterIP: None")
    );
    let listeners = |config: &Value| {
        config["static_resources"]["listeners"]
            .as_array()
            .unwrap()
            .len()
    };
    let mut options = Options::new("m");
    assert_eq!(listeners(&attempt_with(&yaml, &options).unwrap()), 2);
    options.only_routed = true;
    assert_eq!(listeners(&attempt_with(&yaml, &options).unwrap()), 1);
}
