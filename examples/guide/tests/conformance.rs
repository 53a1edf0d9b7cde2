//! The suite on each codec of the guide.

mod rpc {
    metaproto_testkit::conformance!(my_codec::Rpc);
}

mod explained {
    metaproto_testkit::conformance! {
        codec = my_codec::Explained(my_codec::Calls::new()),
        own_allocator,
    }
}

mod notes {
    metaproto_testkit::conformance! {
        codec = my_codec::Notes::new(),
        own_allocator,
    }
}

mod queries {
    metaproto_testkit::conformance! {
        codec = my_codec::Queries::new(),
        own_allocator,
    }
}

mod signals {
    metaproto_testkit::conformance! {
        codec = my_codec::Signals::new(),
        own_allocator,
    }
}

mod parcels {
    metaproto_testkit::conformance! {
        codec = my_codec::Parcels::new(),
        vectors = "tests/parcel",
        own_allocator,
    }
}

mod by_hand {
    metaproto_testkit::conformance! {
        codec = my_codec::ByHand,
        vectors = "tests/by_hand",
        own_allocator,
    }
}
