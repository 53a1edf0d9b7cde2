#![no_main]
metaproto_testkit::fuzz! {
    codec = awesomerpc_by_hand::AwesomeRpcByHand,
    package = "awesomerpc-by-hand",
}
