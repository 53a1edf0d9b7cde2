//! The configurations that come of the samples. `METAPROTO_WRITE_PAGES=1` writes them anew.

use std::path::Path;

use metaproto_mesh::{Documents, Options, translate};
use similar::TextDiff;

#[track_caller]
fn check(name: &str) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = std::fs::read_to_string(package.join("samples").join(name)).unwrap();
    let mut documents = Documents::new();
    documents.read(name, &sample);
    let envoy = translate(&documents, &Options::new("envoy_module")).unwrap();
    let text = envoy.to_yaml();
    let read_back: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(&read_back, envoy.config(), "YAML that says something else");

    let path = package.join("tests/golden").join(name);
    if std::env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = TextDiff::from_lines(&golden, &text);
    assert!(
        golden == text,
        "{} has changed; METAPROTO_WRITE_PAGES=1 writes it anew\n{}",
        path.display(),
        diff.unified_diff()
    );
}

#[test]
fn the_orders_are_split_and_limited() {
    check("orders.yaml");
}

#[test]
fn documents_of_kubernetes_say_all_they_can() {
    check("kubernetes.yaml");
}
