metaproto_testkit::conformance!(awesomerpc::AwesomeRpc);
