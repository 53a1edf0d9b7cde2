#![no_main]
metaproto_testkit::fuzz! {
    codec = brpc::BrpcRpc,
    package = "brpc",
    allow(M005 = "an empty key of user_fields is a key like any other, as in tRPC's map of the same type"),
}
