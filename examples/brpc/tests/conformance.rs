//! brpc obeys every rule that speaks of something it has.

metaproto_testkit::conformance!(brpc::BrpcRpc);
