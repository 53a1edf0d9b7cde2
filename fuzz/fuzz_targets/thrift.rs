//! The first message tells the transport, over which the rules then hold.
#![no_main]
metaproto_testkit::fuzz! {
    codec = thrift::Thrift::new(),
    package = "thrift",
    name = "Thrift",
    allow(
        D011 = "what the first message of a connection tells of its transport holds for the others",
        E009 = "a key can be set only in a THeader frame",
        M004 = "the id of a deflated message lies in what is forwarded as it came, and so is not replaced",
        R008 = "no length says when to look again; only what is new is read, see tests/linear.rs of the package"
    ),
}
