//! A codec of Bolt's header obeys every rule that speaks of something it has.

metaproto_testkit::conformance!(metaproto_codec::HeaderCodec<gauntlet::bolt::BoltHeader>);
