//! What `conformance!` says of what it cannot test. (`TRYBUILD=overwrite` writes the messages.)

#[test]
fn what_is_wrong_with_a_conformance_test_is_named() {
    trybuild::TestCases::new().compile_fail("tests/misuse/*.rs");
}
