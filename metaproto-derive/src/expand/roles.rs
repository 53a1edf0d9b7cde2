//! `Header`: what the fields mean to a host.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    bytes_literal, code, find, kind_table, max, part_generics, quick, sweep, values, variant,
};
use crate::ast::{Field, Header};
use crate::attr::ItemAttr;
use crate::shape::{Extent, Item, Shape, is_borrowed};

pub(super) fn expand(header: &Header) -> TokenStream {
    let named = &header.named;
    let ident = &named.ident;
    let generics = part_generics(named);
    let (params, arguments, bounds) = generics.split_for_impl();
    let properties = properties(header);
    let set_ids = set_ids(header);
    let replies = replies(header);
    let max_frame = max_frame(header);
    let quick = quick::write(header).or_else(|| sweep::write(header));
    let owning = (!named.is_borrowed()).then(|| {
        quote! { impl #params private::Owning for #ident #arguments #bounds {} }
    });
    quote! {
        #owning

        impl #params ::metaproto_codec::Header for #ident #arguments #bounds {
            const MAX_FRAME: usize = #max_frame;

            #properties
            #set_ids
            #replies
            #quick
        }
    }
}

/// `Header::set` and `Header::remove`, where there are properties.
fn properties(header: &Header) -> Option<TokenStream> {
    let keys: Vec<_> = header.fields.iter().filter_map(metadata_key).collect();
    let open = header.fields.iter().any(is_open_map);
    if keys.is_empty() && !open {
        return None;
    }
    let settable = header
        .fields
        .iter()
        .filter(|field| is_settable(field))
        .filter_map(metadata_key);
    let set = header.fields.iter().map(set);
    let fixed = keys.iter().map(|key| {
        quote! { if key.eq_ignore_ascii_case(#key) { return private::cannot_remove(key); } }
    });
    // A key of the codec's own wins over the same key in the peer's map.
    let (set_rest, remove_rest) = header.fields.iter().find_map(map_edits).unwrap_or_else(|| {
        (
            quote! { let _ = value; private::cannot_set(key) },
            quote! { private::cannot_remove(key) },
        )
    });
    Some(quote! {
        const SETTABLE: &'static [&'static str] = &[#(#settable),*];
        const OPEN_PROPERTIES: bool = #open;

        #[inline]
        fn set(&mut self, key: &str, value: &str) -> Result<(), ::metaproto_codec::Fault> {
            #(#set)*
            #set_rest
        }

        #[inline]
        fn remove(&mut self, key: &str) -> Result<(), ::metaproto_codec::Fault> {
            #(#fixed)*
            #remove_rest
        }
    })
}

/// `Header::set_request_id` and `Header::set_stream_id`, where there are ids.
fn set_ids(header: &Header) -> TokenStream {
    let find = |has: fn(&Field) -> bool| header.fields.iter().find(|field| has(field));
    let of_request = find(|field| field.attrs.request_id.is_some()).map(|field| {
        let set = set_request_id(field);
        quote! {
            #[inline]
            fn set_request_id(&mut self, id: &::metaproto_codec::RequestId) -> Result<(), ::metaproto_codec::Fault> {
                #set
            }
        }
    });
    let of_stream = find(|field| field.attrs.stream_id.is_some()).map(|field| {
        let set = set_stream_id(field);
        quote! {
            #[inline]
            fn set_stream_id(&mut self, id: u64) -> Result<(), ::metaproto_codec::Fault> {
                #set
            }
        }
    });
    quote! { #of_request #of_stream }
}

/// `Header::make_error` and `Header::make_pong`, where there is something to make.
fn replies(header: &Header) -> TokenStream {
    // A condition rests on codes of fields that stand before.
    let settle = |field| values::settle(header, field, &quote! { self });
    let make_error: TokenStream = header
        .fields
        .iter()
        .flat_map(|field| [settle(field), make_error(field)])
        .collect();
    let make_pong: TokenStream = header
        .fields
        .iter()
        .flat_map(|field| [settle(field), make_pong(field)])
        .collect();
    let make_error = (!make_error.is_empty()).then(|| {
        quote! {
            #[inline]
            fn make_error(&mut self, error: ::metaproto_codec::ErrorType) {
                #make_error
                let _ = error;
            }
        }
    });
    let make_pong = (!make_pong.is_empty()).then(|| {
        quote! {
            #[inline]
            fn make_pong(&mut self) {
                #make_pong
            }
        }
    });
    quote! { #make_error #make_pong }
}

// What the fields of a message say.

/// `Read::index`.
pub(super) fn index(header: &Header) -> TokenStream {
    let lifetime = &header.named.lifetime;
    let record = header.fields.iter().map(|field| on(field, record(field)));
    let refine = header.fields.iter().map(|field| on(field, refine(field)));
    quote! {
        #[inline]
        #[allow(unused_variables)]
        fn index(
            view: &Self::View,
            message: &#lifetime [u8],
            metadata: &mut ::metaproto_codec::Metadata,
        ) {
            #(#record)*
            #(#refine)*
        }
    }
}

/// `body`, with what the view has of the field as `value`, if it is there.
fn on(field: &Field, body: TokenStream) -> TokenStream {
    let name = &field.ident;
    if body.is_empty() {
        return body;
    }
    let raw = field.repr().map(|_| {
        let bits = field.bit_count();
        quote! { #[allow(unused_variables)] let raw = wire::bits(wire::Scalar::to_raw(value), 0, #bits); }
    });
    if field.is_always() {
        quote! { { let value = view.#name; #raw #body } }
    } else {
        quote! { if let Some(value) = view.#name { #raw #body } }
    }
}

fn record(field: &Field) -> TokenStream {
    let attrs = &field.attrs;
    let is_octets = matches!(field.shape, Shape::Octets { .. });
    let mut out = TokenStream::new();
    if attrs.request_id.is_some() {
        out.extend(if is_octets {
            quote! { metadata.set_request_id_bytes(private::range(message, wire::Octets::octets(&value))); }
        } else {
            quote! { metadata.set_request_id(wire::low64(raw)); }
        });
    }
    if attrs.stream_id.is_some() {
        out.extend(quote! { metadata.set_stream_id(wire::low64(raw)); });
    }
    if attrs.operation.is_some() {
        out.extend(if is_octets {
            quote! { metadata.set_operation(private::range(message, wire::Octets::octets(&value))); }
        } else {
            quote! { metadata.set_operation(value); }
        });
    }
    if let Some(key) = metadata_key(field) {
        out.extend(if is_octets {
            quote! { private::record_octets(metadata, message, #key, &value); }
        } else {
            quote! { metadata.property(#key, value); }
        });
    }
    if is_open_map(field) {
        out.extend(quote! {
            for (key, value) in value { private::record_pair(metadata, message, &key, &value); }
        });
    }
    if let Some((_, codes)) = &attrs.message_type {
        let table = kind_table(codes, field.bit_count());
        out.extend(quote! { private::mark_kind(metadata, raw, #table); });
    }
    out
}

/// What follows from codes once the kind is known.
fn refine(field: &Field) -> TokenStream {
    let bits = field.bit_count();
    let mut out = TokenStream::new();
    if let Some(oneway) = &field.attrs.oneway {
        let code = code(oneway, bits);
        out.extend(quote! { private::mark_oneway(metadata, raw == #code); });
    }
    if let Some(heartbeat) = &field.attrs.heartbeat {
        let code = code(heartbeat, bits);
        out.extend(quote! { private::mark_heartbeat(metadata, raw == #code); });
    }
    if let Some((_, codes)) = &field.attrs.status {
        let ok = find(codes, "ok").map(|ok| code(ok, bits));
        out.extend(quote! { private::mark_status(metadata, raw == #ok); });
    }
    out
}

// Changing.

fn set(field: &Field) -> TokenStream {
    let name = &field.ident;
    let Some(key) = metadata_key(field) else {
        return TokenStream::new();
    };
    let body = match &field.shape {
        _ if !is_settable(field) => quote! { let _ = value; return private::cannot_set(key); },
        Shape::Octets { extent, .. } => {
            let (max, ending) = (most(field, extent), ending(extent));
            quote! { self.#name = private::parse_octets(key, value, #max, #ending)?; return Ok(()); }
        }
        _ => {
            let (repr, bits) = (field.repr(), field.bit_count());
            quote! { return private::parse_into::<#repr, _>(&mut self.#name, key, value, #bits); }
        }
    };
    quote! { if key.eq_ignore_ascii_case(#key) { #body } }
}

/// The most bytes of a text or byte string.
fn most(field: &Field, extent: &Extent) -> TokenStream {
    match extent {
        Extent::Padded { bytes, .. } => quote! { #bytes },
        _ => max(field),
    }
}

/// What a value must not hold.
fn ending(extent: &Extent) -> TokenStream {
    match extent {
        Extent::Until(mark) => {
            let mark = bytes_literal(mark);
            quote! { private::Ending::Mark(#mark) }
        }
        Extent::Padded { pad, .. } => quote! { private::Ending::Pad(#pad) },
        _ => quote! { private::Ending::Length },
    }
}

/// The most bytes of an item and what it must not hold.
fn item_limits(attr: &ItemAttr) -> (TokenStream, TokenStream) {
    match attr {
        ItemAttr::Prefix { max, .. } => (quote! { #max }, quote! { private::Ending::Length }),
        ItemAttr::Until { mark, max } => {
            let mark = bytes_literal(mark);
            (quote! { #max }, quote! { private::Ending::Mark(#mark) })
        }
        ItemAttr::Varint(_) => (quote! { 0 }, quote! { private::Ending::Length }),
    }
}

/// Setting and removing entries of a map whose keys the peer chooses.
fn map_edits(field: &Field) -> Option<(TokenStream, TokenStream)> {
    let Shape::Map {
        key: Item::Octets { attr: key, .. },
        value: Item::Octets { attr: value, .. },
        ..
    } = &field.shape
    else {
        return None;
    };
    if !is_open_map(field) || has_borrowed(field) {
        return None;
    }
    let name = &field.ident;
    let (key_max, key_ending) = item_limits(key);
    let (value_max, value_ending) = item_limits(value);
    Some((
        quote! {
            private::set_pair(
                &mut self.#name,
                (key, #key_max, #key_ending),
                (value, #value_max, #value_ending),
            )
        },
        quote! { private::remove_pair(&mut self.#name, key) },
    ))
}

fn set_request_id(field: &Field) -> TokenStream {
    let (place, missing) = id_place(field, &quote! { RequestId });
    if matches!(field.shape, Shape::Octets { .. }) {
        let max = field
            .shape
            .extent()
            .map_or_else(|| max(field), |extent| most(field, extent));
        return quote! { #missing private::set_id_bytes(#place, id, #max) };
    }
    let (repr, bits) = (field.repr(), field.bit_count());
    quote! { #missing private::set_id_number::<#repr, _>(#place, id, #bits) }
}

fn set_stream_id(field: &Field) -> TokenStream {
    let (place, missing) = id_place(field, &quote! { StreamId });
    let (repr, bits) = (field.repr(), field.bit_count());
    quote! { #missing private::set_stream_id::<#repr, _>(#place, id, #bits) }
}

/// Where an id is put, and what comes first: an id that is not there cannot be replaced, which is this fault.
fn id_place(field: &Field, fault: &TokenStream) -> (TokenStream, TokenStream) {
    let name = &field.ident;
    if field.is_always() {
        return (quote! { &mut self.#name }, TokenStream::new());
    }
    let missing = quote! {
        let Some(place) = &mut self.#name else { return Err(::metaproto_codec::Fault::#fault); };
    };
    (quote! { place }, missing)
}

/// Gives the field the value with these wire bits, if it is there.
fn assign(field: &Field, code: &TokenStream) -> TokenStream {
    let (name, repr, bits) = (&field.ident, field.repr(), field.bit_count());
    if field.is_always() {
        quote! { private::assign::<#repr, _>(&mut self.#name, #code, #bits); }
    } else {
        quote! {
            if let Some(place) = &mut self.#name { private::assign::<#repr, _>(place, #code, #bits); }
        }
    }
}

fn make_error(field: &Field) -> TokenStream {
    let bits = field.bit_count();
    let mut out = TokenStream::new();
    if let Some(code) = response_code(field, &["error", "response"]) {
        out.extend(assign(field, &code));
    }
    if let Some(reply) = &field.attrs.reply {
        out.extend(assign(field, &code(reply, bits)));
    }
    if let Some((_, codes)) = &field.attrs.status {
        let other = find(codes, "other").map(|other| code(other, bits));
        let arms: Vec<_> = codes
            .iter()
            .filter(|(name, _)| name != "ok" && name != "other")
            .map(|(name, value)| {
                let (variant, value) = (variant(name), code(value, bits));
                quote! { ::metaproto_codec::ErrorType::#variant => #value, }
            })
            .collect();
        let assign = assign(field, &quote! { code });
        let code = if arms.is_empty() {
            quote! { #other }
        } else {
            quote! { match error { #(#arms)* _ => #other } }
        };
        out.extend(quote! { let code = #code; #assign });
    }
    out
}

fn make_pong(field: &Field) -> TokenStream {
    let bits = field.bit_count();
    let mut out = TokenStream::new();
    if let Some(code) = response_code(field, &["pong", "response"]) {
        out.extend(assign(field, &code));
    }
    if let Some(heartbeat) = &field.attrs.heartbeat {
        out.extend(assign(field, &code(heartbeat, bits)));
    }
    if let Some(ok) = field
        .attrs
        .status
        .as_ref()
        .and_then(|(_, codes)| find(codes, "ok"))
    {
        out.extend(assign(field, &code(ok, bits)));
    }
    out
}

fn response_code(field: &Field, names: &[&str]) -> Option<TokenStream> {
    let (_, codes) = field.attrs.message_type.as_ref()?;
    let value = names.iter().find_map(|name| find(codes, name))?;
    Some(code(value, field.bit_count()))
}

fn max_frame(header: &Header) -> TokenStream {
    let find = |has: fn(&Field) -> bool| {
        let field = header.fields.iter().find(|field| has(field))?;
        Some((field, max(field)))
    };
    if let Some((_, max)) = find(|field| field.attrs.frame_len.is_some()) {
        return quote! { #max };
    }
    let fields = quote! { <Self as ::metaproto_codec::Part>::MAX_LEN };
    if let Some((field, max)) = find(|field| field.attrs.rest_len.is_some()) {
        let before = header
            .fields
            .iter()
            .take_while(|other| other.place <= field.place)
            .map(super::sizes::max_len);
        return quote! { usize::saturating_add(#max, 0usize #(.saturating_add(#before))*) };
    }
    let head = find(|field| field.attrs.header_len.is_some()).map_or(fields, |(_, max)| max);
    let body = find(|field| field.attrs.body_len.is_some()).map_or(quote! { 0 }, |(_, max)| max);
    let trailer = header.trailers().map(super::sizes::max_len);
    quote! { usize::saturating_add(#head, #body) #(.saturating_add(#trailer))* }
}

fn has_borrowed(field: &Field) -> bool {
    let borrowed = |item: &Item| matches!(item, Item::Octets { ty, .. } if is_borrowed(ty));
    is_borrowed(&field.ty) || field.shape.items().any(borrowed)
}

pub(super) fn is_open_map(field: &Field) -> bool {
    let texts = matches!(
        field.shape,
        Shape::Map {
            key: Item::Octets { .. },
            value: Item::Octets { .. },
            ..
        }
    );
    texts && field.attrs.metadata.is_some()
}

/// Whether the field is the author's to set: not a constant, nothing that is computed, and always there.
fn is_settable(field: &Field) -> bool {
    let attrs = &field.attrs;
    metadata_key(field).is_some()
        && attrs.constant.is_none()
        && attrs.scale.is_none()
        && attrs.checksum.is_none()
        && field.length_role().is_none()
        && field.is_always()
        && !has_borrowed(field)
}

fn metadata_key(field: &Field) -> Option<&syn::LitStr> {
    field.attrs.metadata.as_ref()?.1.as_ref()
}
