//! The conformance suite on the codec written by hand; `cargo xtask mutants` runs it on each mutant.

metaproto_testkit::conformance! {
    codec = awesomerpc_by_hand::AwesomeRpcByHand,
    vectors = "../awesomerpc/tests/vectors",
}
