//! What the derive refuses, and what it says.

#[test]
fn compile_fail() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*/*.rs");
}
