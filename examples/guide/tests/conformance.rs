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

mod signals {
    metaproto_testkit::conformance! {
        codec = my_codec::Signals::new(),
        own_allocator,
    }
}
