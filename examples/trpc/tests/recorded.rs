//! What real clients and servers of tRPC said.

mod common;

use common::{Trpc, directory};
use recorded::check_streams;

#[test]
fn every_recording_is_read_and_changed() {
    check_streams(&Trpc, &directory("recorded")).assert_at_least(36);
}
