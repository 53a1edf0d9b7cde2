//! Routes.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{any_of, listener, merge};
use crate::wire::Wire;

/// A route of all calls of one operation: `action` is Envoy's `route`, or a whole route but for its match.
pub(crate) fn route(wire: &dyn Wire, operation: u16, action: Value) -> Value {
    let header = format!("mp-{}", wire.key());
    route_by(&header, json!({"exact": wire.operation(operation)}), action)
}

/// As [`route`], of all whose header matches.
pub(crate) fn route_by(header: &str, matcher: Value, action: Value) -> Value {
    let header = json!({"name": header, "string_match": matcher});
    with_match(json!({"prefix": "/", "headers": [header]}), action)
}

/// A route of all calls.
pub(crate) fn any(action: Value) -> Value {
    with_match(json!({"prefix": "/"}), action)
}

fn with_match(matcher: Value, action: Value) -> Value {
    let mut route = json!({"match": matcher});
    let is_whole = ["route", "direct_response"]
        .iter()
        .any(|key| !action[key].is_null());
    merge(
        &mut route,
        if is_whole {
            action
        } else {
            json!({"route": action})
        },
    );
    route
}

/// Puts a table of these routes in the place of the file, in one step.
pub(crate) async fn replace_file(path: &Path, version: &str, routes: Vec<Value>) -> Result<()> {
    let table = any_of(
        "envoy.config.route.v3.RouteConfiguration",
        listener::table(routes),
    );
    let response = json!({"version_info": version, "resources": [table]});
    let beside = path.with_extension("new");
    tokio::fs::write(&beside, response.to_string()).await?;
    tokio::fs::rename(&beside, path)
        .await
        .context("cannot replace the routes")
}
