//! The derived codec and the one written by hand say the same of every message.

use awesomerpc::AwesomeRpc;
use awesomerpc_by_hand::AwesomeRpcByHand;

metaproto_testkit::conformance! {
    codec = AwesomeRpc::default(),
    name = "AwesomeRpc against AwesomeRpcByHand",
    vectors = "../awesomerpc/tests/vectors",
    reference = AwesomeRpcByHand,
}
