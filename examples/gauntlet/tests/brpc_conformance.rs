//! A codec of brpc's header obeys every rule that speaks of something it has.

metaproto_testkit::conformance!(metaproto_codec::HeaderCodec<gauntlet::brpc::BrpcHeader>);
