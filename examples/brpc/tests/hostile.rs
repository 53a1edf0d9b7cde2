//! What a hostile or broken peer may say.

mod common;

use common::{Brpc, directory};
use recorded::{Verdict, check_hostile};

/// What the codec says where more than one answer can be defended.
const CHOICES: [(&str, Verdict); 6] = [
    // A proxy does not inflate payloads.
    ("gzip-bomb", Verdict::Accept),
    // A frame of a stream names its stream by a number; here there is a text.
    ("magic-STRM", Verdict::Error),
    // Required fields that are there, and empty: the server says what it thinks of them.
    ("meta-empty-names", Verdict::Accept),
    // More groups within each other than Google's own parsers allow.
    ("meta-groups-5000", Verdict::Limit),
    // The direction tells which of both is meant, as it does to the servers.
    ("meta-request-and-response", Verdict::Accept),
    // Long, but no longer than the message.
    ("meta-service-64k", Verdict::Accept),
];

#[test]
fn every_input_gets_its_verdict() {
    check_hostile(&Brpc, &directory("hostile"), &CHOICES).assert_at_least(43);
}
