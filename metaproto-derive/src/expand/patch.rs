//! The patch: fields of fixed width set in place, in a message that exists.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{code, order, own_arguments, quick, sizes, values};
use crate::ast::{Field, Header, Presence};
use crate::shape::Shape;

/// The fields that can be set without changing what else the message says of itself.
fn fields(header: &Header) -> impl Iterator<Item = &Field> {
    header.fields.iter().filter(|field| {
        let attrs = &field.attrs;
        let decides = header.fields.iter().any(|other| {
            matches!(&other.presence, Presence::When(condition) if condition.fields.contains(&field.ident))
        });
        field.shape.is_fixed()
            && field.is_always()
            && !decides
            && attrs.constant.is_none()
            && attrs.checksum.is_none()
            && attrs.scale.is_none()
            && attrs.reserved.is_none()
            && field.length_role().is_none()
            && header.measured_by(&field.ident).is_none()
            && header.chosen_by(&field.ident).is_none()
    })
}

fn name(header: &Header) -> Ident {
    format_ident!("{}Patch", header.named.ident)
}

pub(super) fn is_supported(header: &Header) -> bool {
    !header.part && header.named.types().next().is_none() && !header.named.is_borrowed()
}

/// The patch's type.
pub(super) fn type_of(header: &Header) -> TokenStream {
    if !is_supported(header) {
        return TokenStream::new();
    }
    let (ident, vis, patch) = (&header.named.ident, &header.named.vis, name(header));
    let params = &header.named.generics.params;
    let doc = format!(
        "A message that starts with a [`{ident}`], of which fields of fixed width can be set in place. Lengths stay as they \
         are; checksums are computed anew."
    );
    quote! {
        #[doc = #doc]
        #[derive(Debug)]
        #vis struct #patch<'m, #params>(::metaproto_codec::private::Patch<'m>);
    }
}

/// The function that makes a patch, in a block that shows the layout.
pub(super) fn expand(header: &Header, layout: &TokenStream) -> TokenStream {
    if !is_supported(header) {
        return TokenStream::new();
    }
    let (ident, vis, patch) = (&header.named.ident, &header.named.vis, name(header));
    let arguments = own_arguments(&header.named);
    let (params, _, bounds) = header.named.generics.split_for_impl();
    let generic_params = &header.named.generics.params;
    let setters: Vec<_> = fields(header).map(|field| setter(header, field)).collect();
    let setters = (!setters.is_empty()).then(|| {
        quote! {
            #[allow(dead_code)]
            impl<#generic_params> #patch<'_, #generic_params> #bounds {
                #(#setters)*
            }
        }
    });
    let sums = header.checksums().next().is_some();
    let doc = "Checks a message, of which the body need not be there, to set fields of its header in place. \
        Where there are checksums it must be whole.\n\n# Errors\n\nAs \
        [`view_header`](::metaproto_codec::Header::view_header).";
    quote! {
        #layout
        #[allow(dead_code)]
        impl #params #ident #arguments #bounds {
            #[doc = #doc]
            #[inline]
            #vis fn patch(message: &mut [u8]) -> Result<#patch<'_, #generic_params>, ::metaproto_codec::CodecError> {
                private::Patch::check::<Self>(message, #sums).map(#patch)
            }
        }

        #setters
    }
}

/// The offset of a field from the start of the message, where all before it is of fixed width.
fn offset_of(header: &Header, field: &Field) -> Option<TokenStream> {
    let mut widths = Vec::new();
    for before in header.fields.iter().take_while(|it| it.place < field.place) {
        let width = match &before.shape {
            Shape::Scalar { bytes, .. } => quote! { #bytes },
            Shape::Bits { group, first, .. } => {
                if !first {
                    continue;
                }
                quote! { #group }
            }
            Shape::Array { len } => quote! { (#len) },
            _ => return None,
        };
        if !before.is_always() || before.attrs.align.is_some() {
            return None;
        }
        widths.push(width);
    }
    field
        .attrs
        .trailer
        .is_none()
        .then(|| sizes::sum(widths.into_iter()))
}

fn setter(header: &Header, field: &Field) -> TokenStream {
    let (name, vis, ty) = (&field.ident, &header.named.vis, &field.ty);
    let method = format_ident!("set_{name}");
    let place = field.place;
    let at = match offset_of(header, field) {
        Some(offset) => quote! { Some(#offset) },
        None => quote! { None },
    };
    let ident = &header.named.ident;
    let arguments = own_arguments(&header.named);
    let doc = format!("Sets `{name}`.");
    if let Shape::Array { .. } = &field.shape {
        return quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #method(&mut self, value: #ty) {
                self.0.set_bytes::<#ident #arguments>(#at, #place, &value);
            }
        };
    }
    let value = values::plain(field, &quote! { value });
    let bits = field.bit_count();
    let doc = format!(
        "{doc}\n\n# Errors\n\n[`TooLarge`](::metaproto_codec::Fault::TooLarge) where the value does not fit its {bits} bits."
    );
    if let Some(at) = offset_of(header, field)
        && let Some(stored) = quick::stored(field, &value)
        && header.checksums().next().is_none()
    {
        return quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #method(&mut self, value: #ty) -> Result<(), ::metaproto_codec::Fault> {
                self.0.store_number(#at, &#stored)
            }
        };
    }
    let order = order(field.order);
    let (width, shift) = match &field.shape {
        Shape::Bits { group, shift, .. } => (*group, *shift),
        Shape::Scalar { bytes, .. } => (*bytes, 0),
        _ => (0, 0),
    };
    let check = field.attrs.message_type.as_ref().map(|(_, codes)| {
        let known = codes.iter().map(|(_, value)| code(value, bits));
        quote! { &[#(#known),*] }
    });
    let known = check.unwrap_or_else(|| quote! { &[] });
    quote! {
        #[doc = #doc]
        #[inline]
        #vis fn #method(&mut self, value: #ty) -> Result<(), ::metaproto_codec::Fault> {
            let place = private::Place { at: #at, index: #place, shift: #shift, bits: #bits, order: #order };
            self.0.set_number::<#ident #arguments, _, #width>(place, #value, #known)
        }
    }
}
