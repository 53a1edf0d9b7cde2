//! What real clients and servers said, by six implementations, over every transport and in every protocol.

mod common;

use common::{Subject, directory};
use recorded::check_streams;

#[test]
fn every_recorded_stream_is_read_and_changed() {
    check_streams(&Subject(None), &directory("recorded")).assert_at_least(450);
}
