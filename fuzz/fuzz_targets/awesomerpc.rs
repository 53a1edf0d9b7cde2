#![no_main]
metaproto_testkit::fuzz! { codec = awesomerpc::AwesomeRpc::default(), package = "awesomerpc" }
