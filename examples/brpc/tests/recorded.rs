//! What real clients and servers of brpc said.

mod common;

use common::{Brpc, directory};
use recorded::check_streams;

#[test]
fn every_recording_is_read_and_changed() {
    check_streams(&Brpc, &directory("recorded")).assert_at_least(36);
}
