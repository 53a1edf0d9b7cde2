//! Rules that need the values of expressions: the compiler works them out.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::ast::{Choice, Field, Header, Presence};
use crate::attr::ItemAttr;
use crate::choices::number;
use crate::expand::{scale_and_offset, unit_min, wide};
use crate::shape::{Extent, Item, Shape};

/// What must hold of `field`, as assertions that do not compile where they fail.
pub(crate) fn checks(header: &Header, field: &Field) -> TokenStream {
    let (widths, codes) = (widths(header, field), codes(field));
    let (array, counted, scaled) = (array(field), counted(header, field), scaled(field));
    let (null, chosen) = (null(field), chosen(header, field));
    quote! { #widths #codes #array #counted #scaled #null #chosen }
}

/// What must hold of the tags of an enum of parts that are not written out.
pub(crate) fn tags(choice: &Choice) -> TokenStream {
    let bits = choice.tag_bits();
    let mut checks = TokenStream::new();
    for (index, alternative) in choice.alternatives.iter().enumerate() {
        let tag = &alternative.tag;
        let earlier = choice.alternatives.iter().take(index);
        let unlike: Vec<_> = earlier
            .map(|it| &it.tag)
            .filter(|other| number(other).is_none() || number(tag).is_none())
            .collect();
        if number(tag).is_none() {
            let message = format!("a tag here is an unsigned number of {bits} bits; correct it");
            checks.extend(quote_spanned! {tag.span()=>
                const _: () = ::core::assert!(private::fits_unsigned((#tag) as i128, #bits), #message);
            });
        }
        if !unlike.is_empty() {
            let message = "this tag chooses an earlier variant already; correct one of both";
            checks.extend(quote_spanned! {tag.span()=>
                const _: () = ::core::assert!(#((#tag) as i128 != (#unlike) as i128)&&*, #message);
            });
        }
    }
    checks
}

/// A maximum that its own length field cannot say.
fn widths(header: &Header, field: &Field) -> TokenStream {
    let mut checks = TokenStream::new();
    let mut check = |max: &Expr, bits: u32, scale: TokenStream, offset: TokenStream| {
        if bits >= 64 {
            return;
        }
        let message = format!(
            "the maximum is more than its length field of {bits} bits can say; lower the maximum or widen the field"
        );
        checks.extend(quote_spanned! {max.span()=>
            const _: () = ::core::assert!(private::can_say(#max, #bits, #scale, #offset), #message);
        });
    };
    let attrs = &field.attrs;
    let stated = |field: &Field| {
        let scale = field.attrs.scale.as_ref();
        let offset = field.attrs.offset.as_ref();
        (
            scale.map_or_else(|| quote! { 1 }, |scale| quote! { #scale }),
            offset.map_or_else(|| quote! { 0 }, wide),
        )
    };
    let (scale, offset) = stated(field);
    if let Some(max) = &attrs.max {
        if field.length_role().is_some() && field.repr().is_some() {
            check(max, field.bit_count(), scale.clone(), offset.clone());
        }
        match field.shape.extent() {
            Some(Extent::Prefix(form)) => check(max, form.bits(), scale, offset),
            Some(Extent::Field(name)) => {
                if let Some(source) = header.field(name) {
                    let (inner, _) = stated(source);
                    check(
                        max,
                        source.bit_count(),
                        match (attrs.scale.is_some(), source.attrs.scale.is_some()) {
                            (true, true) => quote! { #scale * #inner },
                            (false, true) => inner,
                            _ => scale,
                        },
                        offset,
                    );
                }
            }
            _ => {}
        }
    }
    for item in field.shape.items() {
        if let Item::Octets {
            attr: ItemAttr::Prefix { form, max },
            ..
        } = item
        {
            check(max, form.bits(), quote! { 1 }, quote! { 0 });
        }
    }
    checks
}

/// A constant or code that its field cannot hold.
fn codes(field: &Field) -> TokenStream {
    if field.repr().is_none() || field.is_float() {
        return TokenStream::new();
    }
    let limit = field.limit();
    let (bits, signed) = (limit.bits, limit.is_signed);
    let check = |(what, value): (&str, &Expr)| {
        let message = format!("the {what} does not fit {limit}");
        let wide = wide(value);
        quote_spanned! {value.span()=>
            const _: () = ::core::assert!(private::fits(#wide, #bits, #signed), #message);
        }
    };
    field.stated().map(check).collect()
}

/// A constant of another length than its array.
fn array(field: &Field) -> TokenStream {
    let (Shape::Array { len }, Some(constant)) = (&field.shape, &field.attrs.constant) else {
        return TokenStream::new();
    };
    let message = "the constant and its field differ in length; give the field as many bytes as the constant has";
    quote_spanned! {constant.span()=>
        const _: () = ::core::assert!(private::array_len(&#constant) == #len, #message);
    }
}

/// Elements without bytes, of which a count alone would make any number.
fn counted(header: &Header, field: &Field) -> TokenStream {
    let counts = matches!(
        field.shape,
        Shape::List { bytes: false, .. } | Shape::Map { bytes: false, .. }
    );
    let Some(Item::Nested { ty }) = field.shape.items().next().filter(|_| counts) else {
        return TokenStream::new();
    };
    // Of a type parameter nothing is known here.
    if header.named.types().next().is_some() {
        return TokenStream::new();
    }
    let unit = unit_min(field);
    let message = "an element that can have no bytes cannot be counted, since a count alone would make work; give the part a field that takes bytes";
    quote_spanned! {ty.span()=>
        const _: () = ::core::assert!(#unit >= 1, #message);
    }
}

/// A number for "not there" that is a length as well.
fn null(field: &Field) -> TokenStream {
    let (Presence::Null(null), Some(Extent::Prefix(form))) =
        (&field.presence, field.shape.extent())
    else {
        return TokenStream::new();
    };
    let Some(max) = &field.attrs.max else {
        return TokenStream::new();
    };
    let (scale, offset) = scale_and_offset(field);
    let bits = form.bits();
    let message = format!(
        "this number is a length up to the maximum as well, or does not fit {bits} bits; choose one that is neither"
    );
    quote_spanned! {null.span()=>
        const _: () = ::core::assert!(private::is_no_length((#null) as i128, #bits, #scale, #offset, #max), #message);
    }
}

/// A tag of more bits than the field has that chooses.
fn chosen(header: &Header, field: &Field) -> TokenStream {
    let Shape::Choice { tag } = &field.shape else {
        return TokenStream::new();
    };
    let Some(source) = header
        .field(tag)
        .filter(|_| header.named.types().next().is_none())
    else {
        return TokenStream::new();
    };
    let (ty, bits) = (static_type(&field.ty), source.bit_count());
    let message = format!(
        "a variant has a tag that does not fit the {bits} bits of `{tag}`; widen the field or correct the tag"
    );
    quote_spanned! {tag.span()=>
        const _: () = ::core::assert!(private::tags_fit::<#ty>(#bits), #message);
    }
}

/// The type with all lifetimes `'static`, since a constant stands outside the type's generics.
fn static_type(ty: &syn::Type) -> TokenStream {
    fn replaced(tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let mut tokens = tokens.into_iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                    tokens.next();
                    out.extend(quote! { 'static });
                }
                TokenTree::Group(group) => {
                    let inner = replaced(group.stream());
                    out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
                }
                other => out.extend([other]),
            }
        }
        out
    }
    replaced(quote! { #ty })
}

/// A scale with which the largest wire number does not fit the type.
fn scaled(field: &Field) -> TokenStream {
    let (Some(scale), Some(repr)) = (field.scale(), field.repr()) else {
        return TokenStream::new();
    };
    let bits = field.bit_count();
    let message = format!(
        "the largest number of {bits} bits times the scale does not fit `{repr}`; use a wider type and say `bytes` or `bits`"
    );
    quote_spanned! {scale.span()=>
        const _: () = ::core::assert!(
            private::fits_scaled(#bits, #scale, <#repr>::MIN as i128, <#repr>::MAX as i128), #message
        );
    }
}
