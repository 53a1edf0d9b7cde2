//! Documents for tests, and short ways to what becomes of them.

use metaproto_mesh::{Documents, Options, Problem, translate};
use serde_json::Value;

/// The documents of `samples/orders.yaml`.
pub(crate) const ORDERS: &str = include_str!("../../samples/orders.yaml");

/// Translates with the usual options.
pub(crate) fn attempt(yaml: &str) -> Result<Value, Vec<Problem>> {
    attempt_with(yaml, &Options::new("envoy_module"))
}

/// Translates.
pub(crate) fn attempt_with(yaml: &str, options: &Options) -> Result<Value, Vec<Problem>> {
    let mut documents = Documents::new();
    documents.read("mesh.yaml", yaml);
    translate(&documents, options).map(|envoy| envoy.config().clone())
}

/// `text` with one passage replaced, which must be there once.
#[track_caller]
pub(crate) fn replaced(text: &str, passage: &str, by: &str) -> String {
    assert_eq!(text.matches(passage).count(), 1, "{passage:?}");
    text.replace(passage, by)
}
