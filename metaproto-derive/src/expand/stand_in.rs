//! What stands in for the implementation of a type with mistakes, so that each mistake is one error and not many.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::view_name;

/// Implementations that are never run: the type does not compile.
pub(crate) fn stand_in(input: &DeriveInput) -> TokenStream {
    if !input.generics.params.is_empty() || matches!(input.data, syn::Data::Union(_)) {
        return TokenStream::new();
    }
    let (ident, vis, view) = (&input.ident, &input.vis, view_name(&input.ident));
    let absurd = quote! { ::core::unimplemented!("the type has mistakes") };
    quote! {
        #[doc(hidden)]
        #[derive(Clone, Debug)]
        #vis struct #view<'a>(::core::marker::PhantomData<&'a [u8]>);

        #[allow(unused_variables, clippy::unimplemented)]
        const _: () = {
            use ::metaproto_codec::private::{Bytes, Option, Result, Vec};

            impl ::metaproto_codec::Part for #ident {
                const MIN_LEN: usize = 0;
                const MAX_LEN: usize = 0;
                const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema { name: "", fields: &[] };
                fn write(&self, writer: &mut ::metaproto_codec::wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> { #absurd }
                fn template() -> Self { #absurd }
                fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> { #absurd }
            }

            impl<'a> ::metaproto_codec::Read<'a> for #ident {
                type View = #view<'a>;
                fn check(cursor: &mut ::metaproto_codec::wire::Cursor<'a>) -> Result<Self::View, ::metaproto_codec::wire::Stop> { #absurd }
                fn from_view(view: &Self::View, message: Option<&Bytes>) -> Result<Self, ::metaproto_codec::CodecError> { #absurd }
                fn bare(view: &Self::View) -> Self { #absurd }
            }

            impl ::metaproto_codec::Header for #ident {
                const MAX_FRAME: usize = 0;
                const SETTABLE: &'static [&'static str] = &[];
                const OPEN_PROPERTIES: bool = false;
                fn set(&mut self, key: &str, value: &str) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn remove(&mut self, key: &str) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn set_request_id(&mut self, id: &::metaproto_codec::RequestId) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn make_error(&mut self, error: ::metaproto_codec::ErrorType) { #absurd }
                fn make_pong(&mut self) { #absurd }
            }
        };
    }
}
