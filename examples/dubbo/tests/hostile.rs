//! Bytes that a hostile or broken peer may send.

mod common;

use common::{Recorded, directory};
use recorded::Verdict::{Accept, Error};
use recorded::check_hostile;

#[test]
fn every_sample_gets_its_verdict() {
    let choices = [
        // Nothing can have been the value before the first.
        ("arg-ref-negative", Error),
        // Java's peers read it as the character; it stays in the message as it is.
        ("arg-string-overlong-utf8", Accept),
        // Java's server answers with an error where there is no map.
        ("attachments-int", Error),
        ("attachments-list", Error),
        ("attachments-missing", Error),
        // To Java's server, null is no attachments.
        ("attachments-null", Accept),
        // They take memory for their bytes, and no stack.
        ("depth-classdefs-8000", Accept),
        // A body of no bytes says as much as null.
        ("event-empty-body", Accept),
        // A service may be called as its server likes.
        ("invocation-empty-strings", Accept),
        // The first byte that is wrong is enough.
        ("magic-2-bytes-only", Error),
        // What nobody reads may hide something.
        ("result-null-with-trailing", Error),
        // It is passed on unread.
        ("serialization-16", Accept),
        ("serialization-31", Accept),
    ];
    check_hostile(&Recorded::default(), &directory("hostile"), &choices).assert_at_least(84);
}
