//! Thrift obeys every rule that speaks of something it has, over each transport. What a connection uses holds for all of
//! it, so messages of one transport are tried with each other.

use thrift::{Thrift, Transport};

mod framed {
    use super::{Thrift, Transport};

    metaproto_testkit::conformance! {
        codec = Thrift::over(Transport::Framed),
        name = "Thrift, framed",
        vectors = "tests/vectors/framed",
    }
}

mod unframed {
    use super::{Thrift, Transport};

    metaproto_testkit::conformance! {
        codec = Thrift::over(Transport::Unframed),
        name = "Thrift, unframed",
        vectors = "tests/vectors/unframed",
        allow(
            D009 = "there is no length: how long a message is tells only its last field",
            R008 = "no length says when to look again, so all that has come is shown at each field; only what is new is \
                    read, see tests/linear.rs",
        ),
        own_allocator,
    }
}

mod header {
    use super::Thrift;

    metaproto_testkit::conformance! {
        codec = Thrift::new(),
        name = "Thrift, THeader",
        vectors = "tests/vectors/header",
        own_allocator,
    }
}
