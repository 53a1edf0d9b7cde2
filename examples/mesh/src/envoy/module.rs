//! The two halves of the module.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Shown;
use crate::options::Options;

/// What begins the names of headers that hold properties.
const PREFIX: &str = "mp-";

/// The name of the header that holds a property.
pub(super) fn header(property: &str) -> String {
    format!("{PREFIX}{property}")
}

/// The network filter before the connection manager.
pub(super) fn filter(codec: &str, shown: &Shown, options: &Options) -> Value {
    json!({
        "name": "envoy.filters.network.dynamic_modules",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.network.dynamic_modules.v3.DynamicModuleNetworkFilter",
            "dynamic_module_config": module(options),
            "filter_name": "downstream",
            "filter_config": config(codec, shown),
        },
    })
}

/// The transport socket of clusters.
pub(super) fn socket(codec: &str, shown: &Shown, options: &Options) -> Value {
    json!({
        "name": "envoy.transport_sockets.dynamic_modules",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.dynamic_modules.v3.DynamicModuleTransportSocket",
            "dynamic_module_config": module(options),
            "transport_socket_name": "upstream",
            "transport_socket_config": config(codec, shown),
        },
    })
}

fn module(options: &Options) -> Value {
    json!({ "name": options.module, "do_not_close": true })
}

fn config(codec: &str, shown: &Shown) -> Value {
    json!({
        "@type": "type.googleapis.com/google.protobuf.Struct",
        "value": {
            "codec": codec,
            "header_prefix": PREFIX,
            "headers": { "request": these(&shown.request), "response": these(&shown.response) },
        },
    })
}

fn these(properties: &BTreeSet<String>) -> Value {
    if properties.is_empty() {
        json!("none")
    } else {
        json!(properties)
    }
}
