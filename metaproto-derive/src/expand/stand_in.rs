//! What stands in for the implementation of a type with mistakes, so that each mistake is one error and not many.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, GenericParam, Generics, Lifetime, parse_quote};

use super::view_name;

/// Implementations that are never run: the type does not compile.
pub(crate) fn stand_in(input: &DeriveInput) -> TokenStream {
    let mut lifetimes = input.generics.lifetimes();
    let own = lifetimes.next().map(|param| param.lifetime.clone());
    if lifetimes.next().is_some() || matches!(input.data, Data::Union(_)) {
        return TokenStream::new();
    }
    let lifetime = own
        .clone()
        .unwrap_or_else(|| Lifetime::new("'a", Span::call_site()));
    let part = bounded(&input.generics, &quote!(::metaproto_codec::Part));
    let mut read = bounded(
        &input.generics,
        &quote!(::metaproto_codec::Read<#lifetime> + ::core::clone::Clone + ::core::fmt::Debug),
    );
    if own.is_none() {
        read.params
            .insert(0, GenericParam::Lifetime(parse_quote!(#lifetime)));
    }
    let (ident, vis, view) = (&input.ident, &input.vis, view_name(&input.ident));
    let (_, arguments, _) = input.generics.split_for_impl();
    let (part_params, _, part_bounds) = part.split_for_impl();
    let (read_params, view_arguments, read_bounds) = read.split_for_impl();
    let absurd = quote! { ::core::unimplemented!("the type has mistakes") };
    let of_enum = matches!(input.data, Data::Enum(_)).then(|| {
        quote! {
            impl #part_params ::metaproto_codec::Choice for #ident #arguments #part_bounds {
                const MIN_LEN: usize = 0;
                const MAX_LEN: usize = 0;
                const ALTERNATIVES: &'static [::metaproto_codec::schema::Alternative] = &[];
                const OTHER: Option<&'static ::metaproto_codec::Schema> = Option::None;
                fn tag(&self) -> u128 { #absurd }
                fn write(&self, writer: &mut ::metaproto_codec::wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> { #absurd }
                fn template() -> Self { #absurd }
                fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> { #absurd }
            }

            impl #read_params ::metaproto_codec::ReadChoice<#lifetime> for #ident #arguments #read_bounds {
                type View = #view #view_arguments;
                fn check(tag: u128, cursor: &mut ::metaproto_codec::wire::Cursor<#lifetime>) -> Result<Self::View, ::metaproto_codec::wire::Stop> { #absurd }
                fn from_view(view: &Self::View, message: Option<&Bytes>) -> Result<Self, ::metaproto_codec::CodecError> { #absurd }
                fn bare(view: &Self::View) -> Self { #absurd }
            }
        }
    });
    quote! {
        #[doc(hidden)]
        #[derive(Clone, Debug)]
        #vis struct #view #read_params (
            ::core::marker::PhantomData<(&#lifetime [u8], fn() -> #ident #arguments)>
        ) #read_bounds;

        #[allow(unused_variables, clippy::unimplemented)]
        const _: () = {
            use ::metaproto_codec::private::{Bytes, Option, Result, Vec};

            impl #part_params ::metaproto_codec::Part for #ident #arguments #part_bounds {
                const MIN_LEN: usize = 0;
                const MAX_LEN: usize = 0;
                const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema { name: "", fields: &[] };
                fn write(&self, writer: &mut ::metaproto_codec::wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> { #absurd }
                fn template() -> Self { #absurd }
                fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> { #absurd }
            }

            impl #read_params ::metaproto_codec::Read<#lifetime> for #ident #arguments #read_bounds {
                type View = #view #view_arguments;
                fn check(cursor: &mut ::metaproto_codec::wire::Cursor<#lifetime>) -> Result<Self::View, ::metaproto_codec::wire::Stop> { #absurd }
                fn from_view(view: &Self::View, message: Option<&Bytes>) -> Result<Self, ::metaproto_codec::CodecError> { #absurd }
                fn bare(view: &Self::View) -> Self { #absurd }
            }

            impl #part_params ::metaproto_codec::private::Owning for #ident #arguments #part_bounds {}

            impl #part_params ::metaproto_codec::Header for #ident #arguments #part_bounds {
                const MAX_FRAME: usize = 0;
                const SETTABLE: &'static [&'static str] = &[];
                const OPEN_PROPERTIES: bool = false;
                fn set(&mut self, key: &str, value: &str) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn remove(&mut self, key: &str) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn set_request_id(&mut self, id: &::metaproto_codec::RequestId) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn set_stream_id(&mut self, id: u64) -> Result<(), ::metaproto_codec::Fault> { #absurd }
                fn make_error(&mut self, error: ::metaproto_codec::ErrorType) { #absurd }
                fn make_pong(&mut self) { #absurd }
            }

            #of_enum
        };
    }
}

/// The type's generics, without defaults, each type parameter with these bounds as well.
fn bounded(generics: &Generics, bounds: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for param in generics.type_params_mut() {
        let ident = &param.ident;
        let bounded: syn::TypeParam = parse_quote!(#ident: #bounds);
        param.bounds.extend(bounded.bounds);
        param.default = None;
    }
    generics
}
