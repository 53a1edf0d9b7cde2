#![no_main]
metaproto_testkit::fuzz! {
    codec = dubbo::Dubbo::new(),
    package = "dubbo",
    name = "Dubbo",
    allow(E009 = "a key can be set only where the peer looks for attachments"),
}
