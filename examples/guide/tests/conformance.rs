//! The suite that `README.md` speaks of.

metaproto_testkit::conformance!(my_codec::Rpc);
