//! What a hostile or broken peer may say.

mod common;

use common::{Trpc, directory};
use recorded::{Verdict, check_hostile};

/// What the codec says where more than one answer can be defended.
const CHOICES: [(&str, Verdict); 10] = [
    // Routing rests on the name of the function.
    ("header-bad-utf8-func", Verdict::Error),
    // It stays in the message, and is not exposed.
    ("header-bad-utf8-trans-key", Verdict::Accept),
    // Long, but no longer than the header.
    ("header-func-60000", Verdict::Accept),
    // The server says what it thinks of it.
    ("header-no-func", Verdict::Accept),
    // As protobuf has it, a number of 32 bits is the low ones of a longer one.
    ("header-request-id-64bit", Verdict::Accept),
    // For the peer to judge: the frame closes the stream either way.
    ("stream-close-bad-enum", Verdict::Accept),
    // As any other stream.
    ("stream-id-zero", Verdict::Accept),
    // Nothing says how to read the frame.
    ("stream-with-unary-type", Verdict::Error),
    // As the servers do: a unary frame, whatever type of stream frame it names.
    ("unary-with-stream-type", Verdict::Accept),
    // Both versions look the same.
    ("version-1", Verdict::Accept),
];

#[test]
fn every_input_gets_its_verdict() {
    check_hostile(&Trpc, &directory("hostile"), &CHOICES).assert_at_least(46);
}
