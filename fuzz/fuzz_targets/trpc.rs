#![no_main]
metaproto_testkit::fuzz! {
    codec = trpc::TrpcRpc,
    package = "trpc",
    allow(M005 = "an empty key of trans_info is a key like any other, as recorded messages have it"),
}
