//! The golden vectors: made by an independent implementation, decoded however they are cut, given back unchanged, and
//! changed in every way that the protocol has.

mod common;

use common::{Awesome, directory};
use recorded::check_streams;

#[test]
fn every_message_is_as_its_description_says() {
    check_streams(&Awesome, &directory("vectors")).assert_at_least(20);
}
