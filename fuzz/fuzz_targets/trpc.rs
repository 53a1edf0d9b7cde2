#![no_main]
metaproto_testkit::fuzz! { codec = trpc::TrpcRpc, package = "trpc" }
