//! Where a value is found: in a field, or behind a reference to it.

use proc_macro2::TokenStream;
use quote::quote;

/// One value, in the three forms in which the generated code names it.
pub(super) struct Place {
    /// The value itself, to be copied.
    pub(super) value: TokenStream,
    /// A reference to it.
    pub(super) reference: TokenStream,
    /// What stands before a method's dot.
    pub(super) base: TokenStream,
}

impl Place {
    /// The value is `expr`.
    pub(super) fn of(expr: TokenStream) -> Self {
        Self {
            value: expr.clone(),
            reference: quote! { &#expr },
            base: expr,
        }
    }

    /// The value lies behind the reference `expr`.
    pub(super) fn behind(expr: TokenStream) -> Self {
        Self {
            value: quote! { *#expr },
            reference: expr.clone(),
            base: expr,
        }
    }
}
