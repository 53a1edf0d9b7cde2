//! What every codec must do, of Thrift's.

use gauntlet::thrift::Thrift;

metaproto_testkit::conformance!(Thrift);
