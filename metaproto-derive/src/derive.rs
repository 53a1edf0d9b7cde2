//! From a declaration to its implementation, or to all that is wrong with it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::ast::Input;
use crate::attr::Problems;
use crate::expand;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut problems = Problems::default();
    let parsed = Input::from(input, &mut problems);
    match (parsed, problems.into_error()) {
        (Some(parsed), None) => expand::expand(&parsed),
        (_, Some(error)) => {
            let error = error.into_compile_error();
            let stand_in = expand::stand_in(input);
            quote! { #error #stand_in }
        }
        (None, None) => TokenStream::new(),
    }
}
