//! Which package may depend on which: the arrows between layers, as one table.
//!
//! Development dependencies are exempt, because tests may look upwards; with one exception: no
//! package of the SDK names a protocol, not even in its tests.

use cargo_metadata::{DependencyKind, Metadata, TargetKind};

use Layer::{
    Codec, Derive, Describe, Diagram, Envoy, Outside, Product, Protobuf, Protocol, Testkit,
};

/// A layer, and the layers of this workspace that it may build upon.
const MAY_USE: &[(Layer, &[Layer])] = &[
    (Diagram, &[]),
    (Derive, &[Diagram]),
    (Codec, &[Derive]),
    (Describe, &[Codec, Diagram]),
    (Protobuf, &[Codec]),
    (Testkit, &[Codec]),
    (Envoy, &[Codec]),
    // The testkit as well, where `testkit_is_opt_in` says so.
    (Protocol, &[Codec, Protobuf]),
    // A program or module joins protocols and hosts.
    (Product, &[Codec, Describe, Testkit, Envoy, Protocol]),
];

/// What the layers below hosts must not bring, for it runs, waits or spawns.
const RUNTIMES: [&str; 4] = ["async-std", "mio", "smol", "tokio"];

/// Traits of a runtime's friends, without the runtime: these may be optional.
const TRAITS: [&str; 1] = ["tokio-util"];

/// One sentence for each arrow that points the wrong way.
pub(crate) fn violations(packages: &[Package]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        for edge in &package.uses {
            if brings_runtime(package, edge) {
                found.push(format!(
                    "{} ({:?}) must not bring {}: it knows no runtime",
                    package.name, package.layer, edge.to
                ));
            }
            let Some(used) = packages.iter().find(|other| other.name == edge.to) else {
                continue; // from a registry
            };
            if !allowed(package, edge, used) {
                found.push(format!(
                    "{} ({:?}) must not depend on {} ({:?})",
                    package.name, package.layer, used.name, used.layer
                ));
            }
        }
    }
    found
}

/// The members of the workspace, with their places in it.
pub(crate) fn packages(metadata: &Metadata) -> Vec<Package> {
    let package = |package: &cargo_metadata::Package| {
        let has = |kinds: &[TargetKind]| {
            package
                .targets
                .iter()
                .any(|target| target.kind.iter().any(|kind| kinds.contains(kind)))
        };
        let in_examples = package
            .manifest_path
            .strip_prefix(&metadata.workspace_root)
            .is_ok_and(|path| path.starts_with("examples"));
        let is_library = has(&[TargetKind::Lib, TargetKind::RLib]);
        let uses = package.dependencies.iter().map(|dependency| Edge {
            to: dependency.name.clone(),
            optional: dependency.optional,
            dev: dependency.kind == DependencyKind::Development,
        });
        Package {
            name: package.name.to_string(),
            layer: layer(&package.name, in_examples, is_library),
            has_binary: has(&[TargetKind::Bin]),
            uses: uses.collect(),
        }
    };
    metadata
        .workspace_packages()
        .into_iter()
        .map(package)
        .collect()
}

/// A member of the workspace.
pub(crate) struct Package {
    name: String,
    layer: Layer,
    has_binary: bool,
    uses: Vec<Edge>,
}

/// A dependency as the manifest declares it.
struct Edge {
    to: String,
    optional: bool,
    dev: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    /// Pictures of wire formats, which know nothing of codecs.
    Diagram,
    Derive,
    Codec,
    /// What a schema tells people.
    Describe,
    /// Parts of headers that are protobuf.
    Protobuf,
    Testkit,
    Envoy,
    /// A library in `examples/`.
    Protocol,
    /// A binary or cdylib in `examples/`, without a library that others could link.
    Product,
    /// A tool room, such as this one: free to use anything, used by nobody.
    Outside,
}

fn layer(name: &str, in_examples: bool, is_library: bool) -> Layer {
    match name {
        "metaproto-diagram" => Diagram,
        "metaproto-derive" => Derive,
        "metaproto-describe" => Describe,
        "metaproto-codec" => Codec,
        "metaproto-protobuf" => Protobuf,
        "metaproto-testkit" => Testkit,
        "metaproto-envoy" => Envoy,
        _ if in_examples && is_library => Protocol,
        _ if in_examples => Product,
        _ => Outside,
    }
}

fn allowed(package: &Package, edge: &Edge, used: &Package) -> bool {
    if edge.dev {
        let is_sdk = matches!(
            package.layer,
            Diagram | Derive | Codec | Describe | Protobuf | Testkit | Envoy
        );
        return !(is_sdk && matches!(used.layer, Protocol | Product));
    }
    let row = MAY_USE.iter().find(|(layer, _)| *layer == package.layer);
    // No row: a tool room.
    row.is_none_or(|(_, below)| below.contains(&used.layer))
        || testkit_is_opt_in(package, edge, used)
}

/// The feature `tokio` of the core implements traits of tokio-util, and starts nothing.
fn brings_runtime(package: &Package, edge: &Edge) -> bool {
    let knows_none = matches!(
        package.layer,
        Diagram | Derive | Codec | Describe | Protobuf
    );
    let is = |names: &[&str]| names.contains(&&*edge.to);
    knows_none && !edge.dev && (is(&RUNTIMES) || is(&TRAITS) && !edge.optional)
}

/// A protocol may ship a program built on the testkit; a plain library must not pull it in.
fn testkit_is_opt_in(package: &Package, edge: &Edge, used: &Package) -> bool {
    package.layer == Protocol && used.layer == Testkit && (edge.optional || package.has_binary)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORMAL: (bool, bool) = (false, false);
    const OPTIONAL: (bool, bool) = (true, false);
    const DEV: (bool, bool) = (false, true);

    /// A workspace with one package in each layer, in which the only arrow is `from` -> `to`.
    fn graph(from: &str, to: &str, (optional, dev): (bool, bool)) -> Vec<Package> {
        let members = [
            ("metaproto-diagram", Diagram),
            ("metaproto-derive", Derive),
            ("metaproto-describe", Describe),
            ("metaproto-codec", Codec),
            ("metaproto-protobuf", Protobuf),
            ("metaproto-testkit", Testkit),
            ("metaproto-envoy", Envoy),
            ("rpc", Protocol),
            ("other-rpc", Protocol),
            ("rpc-module", Product),
            ("tool", Outside),
        ];
        let package = |(name, layer): (&str, Layer)| Package {
            name: name.to_owned(),
            layer,
            has_binary: false,
            uses: if name == from {
                vec![Edge {
                    to: to.to_owned(),
                    optional,
                    dev,
                }]
            } else {
                Vec::new()
            },
        };
        members.map(package).into()
    }

    fn ok(from: &str, to: &str, how: (bool, bool)) -> bool {
        violations(&graph(from, to, how)).is_empty()
    }

    #[test]
    fn arrows_point_down() {
        assert!(ok("metaproto-codec", "metaproto-derive", NORMAL));
        assert!(ok("metaproto-derive", "metaproto-diagram", NORMAL));
        assert!(ok("metaproto-describe", "metaproto-codec", NORMAL));
        assert!(ok("metaproto-describe", "metaproto-diagram", NORMAL));
        assert!(ok("rpc-module", "metaproto-describe", NORMAL));
        assert!(ok("metaproto-testkit", "metaproto-codec", NORMAL));
        assert!(ok("metaproto-envoy", "metaproto-codec", NORMAL));
        assert!(ok("metaproto-protobuf", "metaproto-codec", NORMAL));
        assert!(ok("rpc", "metaproto-codec", NORMAL));
        assert!(ok("rpc", "metaproto-protobuf", NORMAL));
        assert!(ok("metaproto-codec", "bytes", NORMAL));
    }

    #[test]
    fn arrows_do_not_point_up_or_sideways() {
        assert!(!ok("metaproto-derive", "metaproto-codec", NORMAL));
        assert!(!ok("metaproto-diagram", "metaproto-codec", NORMAL));
        assert!(!ok("metaproto-codec", "metaproto-describe", NORMAL));
        assert!(!ok("metaproto-codec", "metaproto-protobuf", NORMAL));
        assert!(!ok("metaproto-protobuf", "rpc", DEV));
        assert!(!ok("metaproto-describe", "metaproto-testkit", NORMAL));
        assert!(!ok("rpc", "metaproto-describe", NORMAL));
        assert!(!ok("metaproto-codec", "metaproto-testkit", NORMAL));
        assert!(!ok("metaproto-codec", "metaproto-testkit", OPTIONAL));
        assert!(!ok("metaproto-testkit", "metaproto-derive", NORMAL));
        assert!(!ok("metaproto-envoy", "metaproto-testkit", NORMAL));
        assert!(!ok("rpc", "metaproto-envoy", NORMAL));
        assert!(!ok("rpc", "metaproto-derive", NORMAL));
        assert!(!ok("rpc", "other-rpc", NORMAL));
        assert!(!ok("metaproto-codec", "tool", NORMAL));
    }

    #[test]
    fn what_is_below_hosts_brings_no_runtime() {
        assert!(!ok("metaproto-codec", "tokio", NORMAL));
        assert!(!ok("metaproto-codec", "tokio", OPTIONAL));
        assert!(!ok("metaproto-codec", "tokio-util", NORMAL));
        assert!(ok("metaproto-codec", "tokio-util", OPTIONAL));
        assert!(ok("metaproto-codec", "tokio", DEV));
        assert!(ok("metaproto-testkit", "tokio", NORMAL));
        assert!(ok("rpc", "tokio", NORMAL));
    }

    #[test]
    fn this_workspace_is_in_order() {
        let metadata = crate::lint::metadata().unwrap();
        assert_eq!(violations(&packages(&metadata)), [""; 0]);
    }

    #[test]
    fn tests_may_look_up_but_the_sdk_never_names_a_protocol() {
        assert!(ok("metaproto-derive", "metaproto-codec", DEV));
        assert!(ok("rpc", "metaproto-testkit", DEV));
        assert!(!ok("metaproto-codec", "rpc", DEV));
        assert!(!ok("metaproto-describe", "rpc", DEV));
        assert!(!ok("metaproto-envoy", "rpc", NORMAL));
        assert!(!ok("metaproto-testkit", "rpc", OPTIONAL));
    }

    #[test]
    fn a_protocol_opts_in_to_the_testkit() {
        assert!(!ok("rpc", "metaproto-testkit", NORMAL));
        assert!(ok("rpc", "metaproto-testkit", OPTIONAL));

        let mut with_binary = graph("rpc", "metaproto-testkit", NORMAL);
        for package in &mut with_binary {
            package.has_binary = package.name == "rpc";
        }
        assert!(violations(&with_binary).is_empty());
    }

    #[test]
    fn a_product_joins_a_protocol_and_a_host() {
        assert!(ok("rpc-module", "rpc", NORMAL));
        assert!(ok("rpc-module", "metaproto-envoy", NORMAL));
        assert!(ok("tool", "rpc", NORMAL));
    }

    #[test]
    fn a_violation_names_both_ends() {
        assert_eq!(
            violations(&graph("rpc", "metaproto-envoy", NORMAL)),
            ["rpc (Protocol) must not depend on metaproto-envoy (Envoy)"]
        );
    }

    #[test]
    fn the_place_decides_the_layer() {
        assert_eq!(layer("metaproto-codec", false, true), Codec);
        assert_eq!(layer("rpc", true, true), Protocol);
        assert_eq!(layer("rpc-module", true, false), Product);
        assert_eq!(layer("bench", false, true), Outside);
    }
}
