metaproto_testkit::conformance! {
    codec = awesomerpc_by_hand::AwesomeRpcByHand,
    vectors = "../awesomerpc/tests/vectors",
}
