//! From the documents of a service mesh to the configuration of an Envoy that runs metaproto's module.
//!
//! Aeraki's `MetaRouter` and `ApplicationProtocol`, Istio's `DestinationRule` and `ServiceEntry`, and Kubernetes'
//! `Service`, `EndpointSlice`, `Endpoints` and `Pod` go in; out comes a complete configuration, or every reason why there
//! is none. Nothing that a document of the mesh says is dropped silently: what cannot be expressed is a [`Problem`].
//! `docs/mesh.md` says what becomes of what.
//!
//! ```
//! use metaproto_mesh::{Documents, Options, translate};
//!
//! let mut documents = Documents::new();
//! documents.read(
//!     "echo.yaml",
//!     "
//! apiVersion: networking.istio.io/v1
//! kind: ServiceEntry
//! metadata: {name: echo}
//! spec:
//!   hosts: [echo.example]
//!   ports: [{number: 9000, name: tcp-metaprotocol-dubbo, protocol: TCP}]
//!   resolution: STATIC
//!   endpoints: [{address: 192.0.2.1}]
//! ",
//! );
//! let envoy = translate(&documents, &Options::new("mycodecs")).unwrap();
//! assert!(envoy.to_yaml().contains("outbound|9000||echo.example"));
//! ```

mod check;
mod document;
mod duration;
mod envoy;
mod hosts;
mod options;
mod problem;
mod protocols;
mod reader;
mod translate;

pub use check::{CheckedPort, check};
pub use document::Documents;
pub use envoy::Envoy;
pub use options::Options;
pub use problem::Problem;
pub use translate::translate;
