//! A codec of Cassandra's header obeys every rule that speaks of something it has.

metaproto_testkit::conformance!(metaproto_codec::HeaderCodec<gauntlet::cassandra::CassandraHeader>);
