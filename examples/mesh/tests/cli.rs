//! The binary: what it prints, where, and with which exit status.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metaproto-mesh"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_configuration_goes_to_stdout_or_a_file() {
    let golden = include_str!("golden/orders.yaml");
    let arguments = [
        "translate",
        "--module",
        "envoy_module",
        "samples/orders.yaml",
    ];
    let output = run(&arguments);
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), golden);
    assert_eq!(text(&output.stderr), "");

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("envoy.yaml");
    let output = run(&[&arguments[..], &["--output", path.to_str().unwrap()]].concat());
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), "");
    assert_eq!(std::fs::read_to_string(path).unwrap(), golden);
}

#[test]
fn what_is_skipped_is_said() {
    let output = run(&["translate", "--module", "m", "samples/kubernetes.yaml"]);
    assert!(output.status.success());
    let expected = "samples/kubernetes.yaml: Deployment shop/carts: skipped, for it is no document of the mesh\n";
    assert_eq!(text(&output.stderr), expected);
}

#[test]
fn several_files_are_one_mesh_and_problems_fail() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("more.yaml");
    let more = "{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: x}, spec: {host: orders.shop.svc.cluster.local}}";
    std::fs::write(&path, more).unwrap();
    let files = ["samples/orders.yaml", path.to_str().unwrap()];
    let output = run(&[&["translate", "--module", "m"], &files[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let problem = text(&output.stderr);
    assert!(problem.contains("more.yaml: DestinationRule default/x: spec.host: samples/orders.yaml: DestinationRule shop/orders is for"), "{problem}");
}

#[test]
fn ports_are_listed() {
    let output = run(&["check", "samples/orders.yaml", "samples/kubernetes.yaml"]);
    assert!(output.status.success());
    let expected = "\
orders.shop.svc.cluster.local:9090 tcp-metaprotocol-brpc: protocol brpc, codec brpc
carts.shop.svc.cluster.local:9091 tcp-metaprotocol-thrift-carts: protocol thrift, codec thrift
stock.shop.svc.cluster.local:20880 tcp-metaprotocol-dubbo: protocol dubbo, codec dubbo
limits.shop.svc.cluster.local:8081 grpc: none of ours
";
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn files_and_options_that_are_wrong() {
    let output = run(&["check", "samples/nothing.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("metaproto-mesh: cannot read samples/nothing.yaml"));
    let output = run(&[
        "translate",
        "--module",
        "m",
        "--listen",
        "orders",
        "samples/orders.yaml",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("HOST=ADDRESS:PORT"));
}

/// Wrong documents and calls in `refused/`, and beside them what is said. `METAPROTO_WRITE_PAGES=1` writes the latter.
#[test]
fn every_mistake_is_refused_in_the_words_of_its_file() {
    for (name, arguments) in [
        ("no_module", &["translate", "samples/orders.yaml"][..]),
        (
            "misspelt_field",
            &[
                "translate",
                "--module",
                "m",
                "tests/refused/misspelt_field.yaml",
            ],
        ),
        (
            "unknown_protocol",
            &[
                "translate",
                "--module",
                "m",
                "tests/refused/unknown_protocol.yaml",
            ],
        ),
    ] {
        let output = run(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let said = text(&output.stderr);
        let words = format!("{}/tests/refused/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("METAPROTO_WRITE_PAGES").is_some_and(|value| value == "1") {
            std::fs::write(&words, said).unwrap();
        }
        let expected = std::fs::read_to_string(&words).unwrap_or_default();
        assert_eq!(said, expected, "{words}");
    }
}
