//! Dubbo obeys every rule that speaks of something it has.

metaproto_testkit::conformance! {
    codec = dubbo::Dubbo::default(),
    name = "Dubbo",
    allow(
        E009 = "a key can be set where the peer looks for attachments: in requests and in responses of types 3 to 5, not in \
                other responses, heartbeats and events"
    ),
}
