#![no_main]
metaproto_testkit::fuzz! { codec = brpc::BrpcRpc, package = "brpc" }
