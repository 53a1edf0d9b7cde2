//! What `module!` says of codecs that cannot be in a module.

#[test]
fn what_is_wrong_with_a_module_is_named() {
    trybuild::TestCases::new().compile_fail("tests/module/*.rs");
}
