//! awesomeRPC.

mod common;

use common::{check, golden};
use gauntlet::awesomerpc::AwesomeHeader;

#[test]
fn golden_messages_are_read_and_written() {
    check::<AwesomeHeader>(&golden("awesomerpc", |_| true), &[]);
}
