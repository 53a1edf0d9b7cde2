//! A codec of Kafka's headers obeys every rule that speaks of something it has.

use gauntlet::kafka::{KafkaRequest, KafkaResponse};

metaproto_testkit::conformance!(metaproto_codec::HeaderCodec<KafkaRequest, KafkaResponse>);
