//! Recorded connections of Apache Dubbo, npm and PyPI peers: decoded however they are cut, given back unchanged, and changed
//! in every way that the protocol has.

mod common;

use common::{Recorded, directory};
use recorded::check_streams;

#[test]
fn every_message_is_as_its_description_says() {
    check_streams(&Recorded::default(), &directory("recorded")).assert_at_least(122);
}
