//! The codecs.

use awesomerpc::AwesomeRpc;
use brpc::BrpcRpc;
use dubbo::Dubbo;
use metaproto_codec::Codec;
use thrift::Thrift;
use trpc::TrpcRpc;

use crate::reference::{self, Reference};

/// A codec of this workspace.
pub(crate) struct Subject {
    /// The protocol, as the tables spell it.
    pub(crate) protocol: &'static str,
    /// Its folder below `examples`, and its package.
    pub(crate) package: &'static str,
    /// A fresh codec.
    pub(crate) codec: fn() -> Box<dyn Codec>,
    /// The codec of the reference implementation, if it has one.
    pub(crate) reference: Option<&'static Reference>,
}

/// In the order of the tables.
pub(crate) const SUBJECTS: [Subject; 5] = [
    Subject {
        protocol: "awesomeRPC",
        package: "awesomerpc",
        codec: || Box::new(AwesomeRpc::default()),
        reference: None,
    },
    Subject {
        protocol: "Dubbo",
        package: "dubbo",
        codec: || Box::new(Dubbo::new()),
        reference: Some(&reference::DUBBO),
    },
    Subject {
        protocol: "Thrift",
        package: "thrift",
        codec: || Box::new(Thrift::new()),
        reference: Some(&reference::THRIFT),
    },
    Subject {
        protocol: "brpc",
        package: "brpc",
        codec: || Box::new(BrpcRpc),
        reference: Some(&reference::BRPC),
    },
    Subject {
        protocol: "tRPC",
        package: "trpc",
        codec: || Box::new(TrpcRpc),
        reference: Some(&reference::TRPC),
    },
];
