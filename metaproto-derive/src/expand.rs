//! The implementation, as short calls into `metaproto_codec::wire`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Expr;

use crate::ast::{Field, Header, Item, Shape};
use crate::attr::{Codes, ItemAttr, Order, Source};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Build the struct.
    Read,
    /// Record the roles.
    Index,
}

pub(crate) fn expand(header: &Header) -> TokenStream {
    let part = expand_part(header);
    let framed = if header.part {
        TokenStream::new()
    } else {
        expand_header(header)
    };
    let checks = header
        .fields
        .iter()
        .map(|field| crate::checks::checks(header, field));
    quote! {
        #[allow(unused_imports, clippy::unnecessary_cast, clippy::cast_lossless)]
        const _: () = {
            use ::metaproto_codec::private::{Err, None, Ok, Option, Result, Some, String, Vec};
            use ::metaproto_codec::{private, schema, wire};
            #(#checks)*
            #part
            #framed
        };
    }
}

fn expand_part(header: &Header) -> TokenStream {
    let ident = &header.ident;
    let name = ident.to_string();
    let names: Vec<_> = header.fields.iter().map(|field| &field.ident).collect();
    let min = header.fields.iter().map(min_len);
    let max = header.fields.iter().map(max_len);
    let read = header
        .fields
        .iter()
        .map(|field| walk(header, field, Mode::Read));
    let write = header.fields.iter().map(|field| write(header, field));
    let values = header.fields.iter().map(build);
    let templates = header.fields.iter().map(template);
    let shown = header.fields.iter().map(shown);
    let bare = header.fields.iter().map(make_bare);
    let schema = header.fields.iter().map(crate::schema::field);
    quote! {
        impl ::metaproto_codec::Part for #ident {
            const MIN_LEN: usize = 0 #(+ #min)*;
            const MAX_LEN: usize = 0usize #(.saturating_add(#max))*;
            const SCHEMA: ::metaproto_codec::Schema =
                ::metaproto_codec::Schema { name: #name, fields: &[#(#schema),*] };

            fn read(cursor: &mut wire::Cursor<'_>) -> Result<Self, wire::Stop> {
                #(#read)*
                Ok(Self { #(#names: #values),* })
            }

            fn write(&self, writer: &mut wire::Writer<'_>) -> Result<(), ::metaproto_codec::CodecError> {
                #(#write)*
                Ok(())
            }

            fn template() -> Self {
                Self { #(#names: #templates),* }
            }

            fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
                private::fields([#(#shown),*])
            }

            fn make_bare(&mut self) {
                #(#bare)*
            }
        }
    }
}

fn expand_header(header: &Header) -> TokenStream {
    let ident = &header.ident;
    let index = header
        .fields
        .iter()
        .map(|field| walk(header, field, Mode::Index));
    let refine = header.fields.iter().map(refine);
    let settable = header
        .fields
        .iter()
        .filter(|field| is_settable(field))
        .filter_map(metadata_key);
    let open = header.fields.iter().any(is_open_map);
    let set = header.fields.iter().map(set);
    let fixed = header.fields.iter().filter_map(metadata_key).map(|key| {
        quote! { if key.eq_ignore_ascii_case(#key) { return private::cannot_remove(key); } }
    });
    // A key of the codec's own wins over the same key in the peer's map.
    let (set_rest, remove_rest) = header.fields.iter().find_map(map_edits).unwrap_or_else(|| {
        (
            quote! { let _ = value; private::cannot_set(key) },
            quote! { private::cannot_remove(key) },
        )
    });
    let set_id = header
        .fields
        .iter()
        .find(|field| field.attrs.request_id.is_some())
        .map_or_else(
            || quote! { let _ = id; Err(::metaproto_codec::Fault::RequestId) },
            set_request_id,
        );
    let make_error = header.fields.iter().map(make_error);
    let make_pong = header.fields.iter().map(make_pong);
    let max_frame = max_frame(header);
    quote! {
        impl ::metaproto_codec::Header for #ident {
            const MAX_FRAME: usize = #max_frame;
            const SETTABLE: &'static [&'static str] = &[#(#settable),*];
            const OPEN_PROPERTIES: bool = #open;

            #[allow(unused_variables)]
            fn index(
                cursor: &mut wire::Cursor<'_>,
                metadata: &mut ::metaproto_codec::Metadata,
            ) -> Result<(), wire::Stop> {
                #(#index)*
                #(#refine)*
                Ok(())
            }

            fn set(&mut self, key: &str, value: &str) -> Result<(), ::metaproto_codec::Fault> {
                #(#set)*
                #set_rest
            }

            fn remove(&mut self, key: &str) -> Result<(), ::metaproto_codec::Fault> {
                #(#fixed)*
                #remove_rest
            }

            fn set_request_id(&mut self, id: &::metaproto_codec::RequestId) -> Result<(), ::metaproto_codec::Fault> {
                #set_id
            }

            fn make_error(&mut self, error: ::metaproto_codec::ErrorType) {
                #(#make_error)*
                let _ = error;
            }

            fn make_pong(&mut self) {
                #(#make_pong)*
            }
        }
    }
}

// Reading.

fn walk(header: &Header, field: &Field, mode: Mode) -> TokenStream {
    let name = &local_of(&field.ident);
    let label = name.to_string();
    let order = order(field.order);
    let begin = quote! { cursor.field(#label); };
    let hooks = number_hooks(header, field, mode);
    match &field.shape {
        Shape::Scalar { repr, bytes } => {
            let value = match &field.attrs.constant {
                None => quote! { cursor.scalar::<#repr, #bytes>(#order)? },
                Some(constant) => {
                    let code = constant_bits(field, constant);
                    quote! { cursor.constant_scalar::<#repr, #bytes>(#code, #order)? }
                }
            };
            quote! { #begin let #name: #repr = #value; #hooks }
        }
        Shape::Bits {
            repr,
            bits,
            shift,
            group,
            first,
            ..
        } => {
            let load = first.then(|| quote! { #begin let group = cursor.raw::<#group>(#order)?; });
            let check = field.attrs.constant.as_ref().map(|constant| {
                let code = constant_bits(field, constant);
                quote! { cursor.constant_bits(wire::bits(group, #shift, #bits), #code)?; }
            });
            quote! {
                #load
                cursor.within(#label);
                #check
                let #name: #repr = cursor.value(wire::bits(group, #shift, #bits), #bits)?;
                #hooks
            }
        }
        Shape::Array { len } => {
            let value = match &field.attrs.constant {
                None => quote! { cursor.take_array::<{ #len }>()? },
                Some(constant) => {
                    let array = constant_array(constant, len);
                    quote! { cursor.constant_array(#array)? }
                }
            };
            quote! { #begin let #name = #value; }
        }
        Shape::Octets { text, source } => {
            let take = match source {
                Source::Prefix(width) => {
                    let prefix = prefix(*width, field.order, &max(field));
                    quote! { cursor.prefixed(#prefix)? }
                }
                Source::Field(length) => {
                    let length = length_of(length);
                    quote! { cursor.take(#length)? }
                }
            };
            let rest = match mode {
                Mode::Read => {
                    let ty = &field.ty;
                    quote! { let #name: #ty = cursor.owned(#name)?; }
                }
                Mode::Index => octet_hooks(field, *text),
            };
            quote! { #begin let #name = #take; #rest }
        }
        Shape::List {
            item,
            source,
            bytes,
        } => {
            let each = match mode {
                Mode::Read => {
                    let item = read_item(item, field.order);
                    quote! { #name.push(#item); }
                }
                Mode::Index => skip_item(item, field.order),
            };
            repeat(field, source, *bytes, &each, mode)
        }
        Shape::Map {
            key,
            value,
            source,
            bytes,
        } => {
            let each = match mode {
                Mode::Read => {
                    let (key, value) = (read_item(key, field.order), read_item(value, field.order));
                    quote! { let key = #key; let value = #value; #name.push((key, value)); }
                }
                Mode::Index if is_open_map(field) => {
                    let (key, value) = (octets_of(key, field.order), octets_of(value, field.order));
                    quote! {
                        let key = #key;
                        let at = cursor.last(key.len());
                        let value = #value;
                        private::record_pair(metadata, cursor, (at, key), value);
                    }
                }
                Mode::Index => {
                    let (key, value) = (skip_item(key, field.order), skip_item(value, field.order));
                    quote! { #key #value }
                }
            };
            repeat(field, source, *bytes, &each, mode)
        }
        Shape::Nested => {
            let ty = &field.ty;
            match mode {
                Mode::Read => {
                    quote! { #begin let #name = cursor.nested(<#ty as ::metaproto_codec::Part>::read)?; }
                }
                Mode::Index => {
                    quote! { #begin cursor.nested(<#ty as ::metaproto_codec::Part>::read)?; }
                }
            }
        }
    }
}

fn repeat(
    field: &Field,
    source: &Source,
    in_bytes: bool,
    each: &TokenStream,
    mode: Mode,
) -> TokenStream {
    let name = &local_of(&field.ident);
    let label = name.to_string();
    let length = match source {
        Source::Field(length) => {
            let length = length_of(length);
            quote! { #length }
        }
        Source::Prefix(width) => {
            let prefix = prefix(*width, field.order, &max(field));
            let unit = unit_min(field);
            quote! { cursor.length(#prefix, #unit)? }
        }
    };
    let verb = if in_bytes {
        quote! { fill }
    } else {
        quote! { repeat }
    };
    let list = (mode == Mode::Read).then(|| quote! { let mut #name = Vec::new(); });
    quote! {
        cursor.field(#label);
        let length = #length;
        #list
        cursor.#verb(length, |cursor| { #each Ok(()) })?;
    }
}

/// What follows from a number as soon as it is read.
fn number_hooks(header: &Header, field: &Field, mode: Mode) -> TokenStream {
    let name = &local_of(&field.ident);
    let raw = raw_of(name);
    let attrs = &field.attrs;
    let bits = field.bit_count();
    let mut hooks = TokenStream::new();
    let needs_raw = attrs.frame_len.is_some()
        || attrs.header_len.is_some()
        || attrs.body_len.is_some()
        || header.measured_by(name).is_some()
        || (mode == Mode::Index
            && (attrs.request_id.is_some()
                || attrs.stream_id.is_some()
                || attrs.message_type.is_some()
                || attrs.oneway.is_some()
                || attrs.heartbeat.is_some()
                || attrs.status.is_some()));
    if needs_raw {
        // Of a signed field that is narrower than its type, the bits of the field and not the extended sign.
        hooks.extend(quote! { let #raw = wire::bits(wire::Scalar::to_raw(#name), 0, #bits); });
    }
    let (offset, max) = (offset(field), max(field));
    for (given, verb) in [
        (attrs.frame_len, "frame_len"),
        (attrs.header_len, "header_len"),
        (attrs.body_len, "body_len"),
    ] {
        if given.is_some() {
            let verb = format_ident!("{verb}");
            hooks.extend(quote! { cursor.#verb(#raw, #offset, #max)?; });
        }
    }
    if let Some(measured) = header.measured_by(name) {
        let length = length_of(name);
        let max = self::max(measured);
        let unit = unit_min(measured);
        hooks.extend(quote! { let #length = cursor.claim(#raw, #unit, #max)?; });
    }
    if mode == Mode::Read {
        return hooks;
    }
    if attrs.request_id.is_some() {
        hooks.extend(quote! { metadata.set_request_id(wire::low64(#raw)); });
    }
    if attrs.stream_id.is_some() {
        hooks.extend(quote! { metadata.set_stream_id(wire::low64(#raw)); });
    }
    if attrs.operation.is_some() {
        hooks.extend(quote! { metadata.set_operation(#name); });
    }
    if let Some(key) = metadata_key(field) {
        hooks.extend(quote! { metadata.property(#key, #name); });
    }
    if let Some((_, codes)) = &attrs.message_type {
        let table = codes.iter().map(|(kind, value)| {
            let (kind, value) = (kind_of(kind), code(value, bits));
            quote! { (#value, #kind) }
        });
        hooks.extend(quote! { metadata.set_kind(private::kind(cursor, #raw, &[#(#table),*])?); });
    }
    hooks
}

/// What follows from a text or byte string.
fn octet_hooks(field: &Field, text: bool) -> TokenStream {
    let name = &local_of(&field.ident);
    let attrs = &field.attrs;
    let mut hooks = TokenStream::new();
    if text || attrs.operation.is_some() {
        hooks.extend(quote! { cursor.require_text(#name)?; });
    }
    if attrs.operation.is_some() {
        hooks.extend(quote! { metadata.set_operation(cursor.last(#name.len())); });
    }
    if attrs.request_id.is_some() {
        hooks.extend(quote! { metadata.set_request_id_bytes(cursor.last(#name.len())); });
    }
    if let Some(key) = metadata_key(field) {
        hooks.extend(quote! { private::record_octets(metadata, cursor, #key, #name); });
    }
    if hooks.is_empty() {
        quote! { let _ = #name; }
    } else {
        hooks
    }
}

/// What follows from codes when the whole header is known.
fn refine(field: &Field) -> TokenStream {
    let raw = raw_of(&field.ident);
    let bits = field.bit_count();
    let mut hooks = TokenStream::new();
    if let Some(oneway) = &field.attrs.oneway {
        let code = code(oneway, bits);
        hooks.extend(quote! { private::mark_oneway(metadata, #raw == #code); });
    }
    if let Some(heartbeat) = &field.attrs.heartbeat {
        let code = code(heartbeat, bits);
        hooks.extend(quote! { private::mark_heartbeat(metadata, #raw == #code); });
    }
    if let Some((_, codes)) = &field.attrs.status {
        let ok = find(codes, "ok").map(|ok| code(ok, bits));
        hooks.extend(quote! { private::mark_status(metadata, #raw == #ok); });
    }
    hooks
}

fn read_item(item: &Item, order: Order) -> TokenStream {
    match item {
        Item::Scalar { repr, bytes } => {
            let order = self::order(order);
            quote! { cursor.scalar::<#repr, #bytes>(#order)? }
        }
        Item::Octets { ty, .. } => {
            let bytes = octets_of(item, order);
            quote! { { let bytes = #bytes; cursor.owned::<#ty>(bytes)? } }
        }
        Item::Nested { ty } => quote! { cursor.nested(<#ty as ::metaproto_codec::Part>::read)? },
    }
}

fn skip_item(item: &Item, order: Order) -> TokenStream {
    match item {
        Item::Octets { text: true, .. } => {
            let bytes = octets_of(item, order);
            quote! { let bytes = #bytes; cursor.require_text(bytes)?; }
        }
        Item::Octets { .. } => {
            let bytes = octets_of(item, order);
            quote! { #bytes; }
        }
        other => {
            let value = read_item(other, order);
            quote! { #value; }
        }
    }
}

fn octets_of(item: &Item, order: Order) -> TokenStream {
    match item {
        Item::Octets {
            prefix: ItemAttr { width, max },
            ..
        } => {
            let prefix = prefix(*width, order, &quote! { (#max) });
            quote! { cursor.prefixed(#prefix)? }
        }
        other => read_item(other, order),
    }
}

// Writing.

fn write(header: &Header, field: &Field) -> TokenStream {
    let name = &field.ident;
    let label = name.to_string();
    let order = order(field.order);
    let begin = quote! { writer.field(#label); };
    match &field.shape {
        Shape::Scalar { bytes, .. } => {
            let raw = raw_value(header, field);
            quote! { #begin let raw = #raw; writer.raw::<#bytes>(raw, #order); }
        }
        Shape::Bits {
            shift,
            group,
            first,
            last,
            ..
        } => {
            let raw = raw_value(header, field);
            let start = first.then(|| quote! { let mut group = 0u128; });
            let end = last.then(|| quote! { writer.raw::<#group>(group, #order); });
            quote! { #start #begin group |= #raw << #shift; #end }
        }
        Shape::Array { len } => match &field.attrs.constant {
            None => quote! { #begin writer.bytes(&self.#name); },
            Some(constant) => {
                let array = constant_array(constant, len);
                quote! { #begin writer.bytes(&#array); }
            }
        },
        Shape::Octets {
            source: Source::Prefix(width),
            ..
        } => {
            let prefix = prefix(*width, field.order, &max(field));
            quote! { #begin writer.prefixed(&self.#name, #prefix)?; }
        }
        Shape::Octets {
            source: Source::Field(_),
            ..
        } => {
            quote! { #begin writer.bytes(wire::Octets::octets(&self.#name)); }
        }
        Shape::List { source, .. } | Shape::Map { source, .. } => {
            let length = match source {
                Source::Field(_) => TokenStream::new(),
                Source::Prefix(width) => {
                    let (prefix, length) =
                        (prefix(*width, field.order, &max(field)), measured(field));
                    quote! { let length = #length; writer.length(length, #prefix)?; }
                }
            };
            let items = write_items(field);
            quote! { #begin #length #items }
        }
        Shape::Nested => {
            quote! { #begin writer.nested(|writer| ::metaproto_codec::Part::write(&self.#name, writer))?; }
        }
    }
}

/// The wire bits of a number: a constant, a length that is computed, or the value of the field.
fn raw_value(header: &Header, field: &Field) -> TokenStream {
    let name = &field.ident;
    let attrs = &field.attrs;
    let bits = field.bit_count();
    if let Some(constant) = &attrs.constant {
        return constant_bits(field, constant);
    }
    let (offset, max) = (offset(field), max(field));
    for (given, verb) in [
        (attrs.frame_len, "frame_len"),
        (attrs.header_len, "header_len"),
        (attrs.body_len, "body_len"),
    ] {
        if given.is_some() {
            let verb = format_ident!("{verb}");
            return quote! { writer.#verb(#offset, #max, #bits)? };
        }
    }
    if let Some(measured_field) = header.measured_by(name) {
        let (length, max) = (measured(measured_field), self::max(measured_field));
        return quote! { { let length = #length; let raw = writer.bounded(length, #max)?; writer.fitting(raw, #bits)? } };
    }
    let value = plain(field);
    quote! { writer.value(#value, #bits)? }
}

/// The length or count of a field that varies in length, as it is written.
fn measured(field: &Field) -> TokenStream {
    let name = &field.ident;
    match &field.shape {
        Shape::Octets { .. } => quote! { wire::Octets::octets(&self.#name).len() },
        Shape::List { bytes: true, .. } | Shape::Map { bytes: true, .. } => {
            let items = write_items(field);
            quote! { wire::Writer::measure(|writer| { #items Ok(()) })? }
        }
        _ => quote! { self.#name.len() },
    }
}

fn write_items(field: &Field) -> TokenStream {
    let name = &field.ident;
    match &field.shape {
        Shape::List { item, .. } => {
            let item = write_item(item, field.order, &quote! { item });
            quote! { for item in &self.#name { #item } }
        }
        Shape::Map { key, value, .. } => {
            let (key, value) = (
                write_item(key, field.order, &quote! { key }),
                write_item(value, field.order, &quote! { value }),
            );
            quote! { for (key, value) in &self.#name { #key #value } }
        }
        _ => TokenStream::new(),
    }
}

fn write_item(item: &Item, order: Order, value: &TokenStream) -> TokenStream {
    match item {
        Item::Scalar { repr, bytes } => {
            let order = self::order(order);
            quote! { writer.scalar::<#repr, #bytes>(*#value, #order)?; }
        }
        Item::Octets {
            prefix: ItemAttr { width, max },
            ..
        } => {
            let prefix = prefix(*width, order, &quote! { (#max) });
            quote! { writer.prefixed(#value, #prefix)?; }
        }
        Item::Nested { .. } => {
            quote! { writer.nested(|writer| ::metaproto_codec::Part::write(#value, writer))?; }
        }
    }
}

// Values.

/// The field's value in its wire representation.
fn plain(field: &Field) -> TokenStream {
    let name = &field.ident;
    match (field.repr(), &field.attrs.code) {
        (Some(repr), Some(_)) => quote! { <#repr as ::core::convert::From<_>>::from(self.#name) },
        _ => quote! { self.#name },
    }
}

/// The field's value from what was read.
fn build(field: &Field) -> TokenStream {
    let (name, ty) = (local_of(&field.ident), &field.ty);
    if field.attrs.code.is_some() {
        quote! { <#ty as ::core::convert::From<_>>::from(#name) }
    } else {
        quote! { #name }
    }
}

fn template(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.shape {
        Shape::Scalar { repr, .. } | Shape::Bits { repr, .. } => {
            let code = field
                .attrs
                .constant
                .as_ref()
                .map_or_else(|| quote! { 0 }, |value| constant_bits(field, value));
            let bits = field.bit_count();
            let value = quote! { private::from_code::<#repr>(#code, #bits) };
            if field.attrs.code.is_some() {
                quote! { <#ty as ::core::convert::From<_>>::from(#value) }
            } else {
                value
            }
        }
        Shape::Array { len } => match &field.attrs.constant {
            None => quote! { [0; #len] },
            Some(constant) => constant_array(constant, len),
        },
        Shape::Octets { .. } | Shape::List { .. } | Shape::Map { .. } => {
            quote! { ::core::default::Default::default() }
        }
        Shape::Nested => quote! { <#ty as ::metaproto_codec::Part>::template() },
    }
}

fn shown(field: &Field) -> TokenStream {
    let name = &field.ident;
    let label = name.to_string();
    let value = match &field.shape {
        Shape::Scalar { .. } | Shape::Bits { .. } => {
            let value = plain(field);
            quote! { ::metaproto_codec::FieldValue::from(#value) }
        }
        Shape::Array { .. } => quote! { ::metaproto_codec::FieldValue::from(self.#name) },
        Shape::Octets { .. } => {
            quote! { ::metaproto_codec::FieldValue::from(::core::clone::Clone::clone(&self.#name)) }
        }
        Shape::List { item, .. } => {
            let item = shown_item(item, &quote! { item });
            quote! { ::metaproto_codec::FieldValue::List(self.#name.iter().map(|item| #item).collect()) }
        }
        Shape::Map { key, value, .. } => {
            let (key, value) = (
                shown_item(key, &quote! { key }),
                shown_item(value, &quote! { value }),
            );
            quote! {
                ::metaproto_codec::FieldValue::Map(self.#name.iter().map(|(key, value)| (#key, #value)).collect())
            }
        }
        Shape::Nested => {
            quote! { ::metaproto_codec::FieldValue::Header(::metaproto_codec::Part::fields(&self.#name)) }
        }
    };
    quote! { (#label, #value) }
}

fn shown_item(item: &Item, value: &TokenStream) -> TokenStream {
    match item {
        Item::Nested { .. } => {
            quote! { ::metaproto_codec::FieldValue::Header(::metaproto_codec::Part::fields(#value)) }
        }
        _ => quote! { ::metaproto_codec::FieldValue::from(::core::clone::Clone::clone(#value)) },
    }
}

// Changing.

fn set(field: &Field) -> TokenStream {
    let name = &field.ident;
    let Some(key) = metadata_key(field) else {
        return TokenStream::new();
    };
    let body = match &field.shape {
        _ if !is_settable(field) => quote! { return private::cannot_set(key); },
        Shape::Octets { .. } => {
            let max = max(field);
            quote! { self.#name = private::parse_octets(key, value, #max)?; return Ok(()); }
        }
        _ => {
            let (repr, bits) = (field.repr(), field.bit_count());
            quote! { return private::parse_into::<#repr, _>(&mut self.#name, key, value, #bits); }
        }
    };
    quote! { if key.eq_ignore_ascii_case(#key) { #body } }
}

/// Setting and removing entries of a map whose keys the peer chooses.
fn map_edits(field: &Field) -> Option<(TokenStream, TokenStream)> {
    let Shape::Map {
        key: Item::Octets { prefix: key, .. },
        value: Item::Octets { prefix: value, .. },
        ..
    } = &field.shape
    else {
        return None;
    };
    field.attrs.metadata.as_ref()?;
    let (name, key_max, value_max) = (&field.ident, &key.max, &value.max);
    Some((
        quote! { private::set_pair(&mut self.#name, (key, #key_max), (value, #value_max)) },
        quote! { private::remove_pair(&mut self.#name, key) },
    ))
}

fn set_request_id(field: &Field) -> TokenStream {
    let name = &field.ident;
    if let Shape::Octets { .. } = field.shape {
        let max = max(field);
        return quote! { private::set_id_bytes(&mut self.#name, id, #max) };
    }
    let (repr, bits) = (field.repr(), field.bit_count());
    quote! { private::set_id_number::<#repr, _>(&mut self.#name, id, #bits) }
}

/// Fields of fixed width stay, and the request id whatever its shape.
fn make_bare(field: &Field) -> TokenStream {
    let name = &field.ident;
    match &field.shape {
        Shape::Octets { .. } | Shape::List { .. } | Shape::Map { .. }
            if field.attrs.request_id.is_none() =>
        {
            quote! { self.#name = ::core::default::Default::default(); }
        }
        Shape::Nested => quote! { ::metaproto_codec::Part::make_bare(&mut self.#name); },
        _ => TokenStream::new(),
    }
}

fn make_error(field: &Field) -> TokenStream {
    let (name, repr, bits) = (&field.ident, field.repr(), field.bit_count());
    let mut out = TokenStream::new();
    if let Some(code) = response_code(field, &["error", "response"]) {
        out.extend(quote! { private::assign::<#repr, _>(&mut self.#name, #code, #bits); });
    }
    if let Some((_, codes)) = &field.attrs.status {
        let other = find(codes, "other").map(|other| code(other, bits));
        let arms = codes
            .iter()
            .filter(|(name, _)| name != "ok" && name != "other")
            .map(|(name, value)| {
                let (variant, value) = (variant(name), code(value, bits));
                quote! { ::metaproto_codec::ErrorType::#variant => #value, }
            });
        out.extend(quote! {
            #[allow(unreachable_patterns)]
            let code = match error { #(#arms)* _ => #other };
            private::assign::<#repr, _>(&mut self.#name, code, #bits);
        });
    }
    out
}

fn make_pong(field: &Field) -> TokenStream {
    let (name, repr, bits) = (&field.ident, field.repr(), field.bit_count());
    let mut out = TokenStream::new();
    if let Some(code) = response_code(field, &["pong", "response"]) {
        out.extend(quote! { private::assign::<#repr, _>(&mut self.#name, #code, #bits); });
    }
    if let Some(heartbeat) = &field.attrs.heartbeat {
        let code = code(heartbeat, bits);
        out.extend(quote! { private::assign::<#repr, _>(&mut self.#name, #code, #bits); });
    }
    if let Some(ok) = field
        .attrs
        .status
        .as_ref()
        .and_then(|(_, codes)| find(codes, "ok"))
    {
        let code = code(ok, bits);
        out.extend(quote! { private::assign::<#repr, _>(&mut self.#name, #code, #bits); });
    }
    out
}

fn response_code(field: &Field, names: &[&str]) -> Option<TokenStream> {
    let (_, codes) = field.attrs.message_type.as_ref()?;
    let value = names.iter().find_map(|name| find(codes, name))?;
    Some(code(value, field.bit_count()))
}

// Sizes, limits, schema.

fn min_len(field: &Field) -> TokenStream {
    match &field.shape {
        Shape::Scalar { bytes, .. } => quote! { #bytes },
        Shape::Bits { group, first, .. } => {
            let bytes = if *first { *group } else { 0 };
            quote! { #bytes }
        }
        Shape::Array { len } => quote! { (#len) },
        Shape::Octets { source, .. } | Shape::List { source, .. } | Shape::Map { source, .. } => {
            let width = source_width(source);
            quote! { #width }
        }
        Shape::Nested => {
            let ty = &field.ty;
            quote! { <#ty as ::metaproto_codec::Part>::MIN_LEN }
        }
    }
}

fn max_len(field: &Field) -> TokenStream {
    let max = max(field);
    match &field.shape {
        Shape::Octets { source, .. }
        | Shape::List {
            source,
            bytes: true,
            ..
        }
        | Shape::Map {
            source,
            bytes: true,
            ..
        } => {
            let width = source_width(source);
            quote! { #width.saturating_add(#max) }
        }
        Shape::List { item, source, .. } => {
            let (width, item) = (source_width(source), item_max(item));
            quote! { #width.saturating_add((#max as usize).saturating_mul(#item)) }
        }
        Shape::Map {
            key, value, source, ..
        } => {
            let (width, key, value) = (source_width(source), item_max(key), item_max(value));
            quote! { #width.saturating_add((#max as usize).saturating_mul(#key.saturating_add(#value))) }
        }
        Shape::Nested => {
            let ty = &field.ty;
            quote! { <#ty as ::metaproto_codec::Part>::MAX_LEN }
        }
        _ => min_len(field),
    }
}

fn max_frame(header: &Header) -> TokenStream {
    let find = |has: fn(&Field) -> bool| header.fields.iter().find(|field| has(field)).map(max);
    if let Some(max) = find(|field| field.attrs.frame_len.is_some()) {
        return max;
    }
    let fields = quote! { <Self as ::metaproto_codec::Part>::MAX_LEN };
    let head = find(|field| field.attrs.header_len.is_some()).unwrap_or(fields);
    let body = find(|field| field.attrs.body_len.is_some()).unwrap_or_else(|| quote! { 0usize });
    quote! { usize::saturating_add(#head, #body) }
}

// Small pieces.

fn is_open_map(field: &Field) -> bool {
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

fn is_settable(field: &Field) -> bool {
    field.attrs.constant.is_none() && metadata_key(field).is_some()
}

fn metadata_key(field: &Field) -> Option<&syn::LitStr> {
    field.attrs.metadata.as_ref()?.1.as_ref()
}

fn source_width(source: &Source) -> usize {
    match source {
        Source::Prefix(width) => *width,
        Source::Field(_) => 0,
    }
}

/// The fewest bytes of what the length or count of a field counts.
pub(crate) fn unit_min(field: &Field) -> TokenStream {
    match &field.shape {
        Shape::List {
            item, bytes: false, ..
        } => item_min(item),
        Shape::Map {
            key,
            value,
            bytes: false,
            ..
        } => {
            let (key, value) = (item_min(key), item_min(value));
            quote! { (#key + #value) }
        }
        _ => quote! { 1 },
    }
}

fn item_min(item: &Item) -> TokenStream {
    match item {
        Item::Scalar { bytes, .. } => quote! { #bytes },
        Item::Octets { prefix, .. } => {
            let width = prefix.width;
            quote! { #width }
        }
        Item::Nested { ty } => quote! { <#ty as ::metaproto_codec::Part>::MIN_LEN },
    }
}

fn item_max(item: &Item) -> TokenStream {
    match item {
        Item::Scalar { bytes, .. } => quote! { #bytes },
        Item::Octets {
            prefix: ItemAttr { width, max },
            ..
        } => quote! { #width.saturating_add(#max) },
        Item::Nested { ty } => quote! { <#ty as ::metaproto_codec::Part>::MAX_LEN },
    }
}

pub(crate) fn order(order: Order) -> TokenStream {
    match order {
        Order::Big => quote! { wire::Order::Big },
        Order::Little => quote! { wire::Order::Little },
    }
}

pub(crate) fn prefix(width: usize, order: Order, max: &TokenStream) -> TokenStream {
    let order = self::order(order);
    quote! { wire::Prefix::new(#width, #order, #max) }
}

pub(crate) fn max(field: &Field) -> TokenStream {
    field
        .attrs
        .max
        .as_ref()
        .map_or_else(|| quote! { 0 }, |max| quote! { (#max) })
}

pub(crate) fn offset(field: &Field) -> TokenStream {
    field
        .attrs
        .offset
        .as_ref()
        .map_or_else(|| quote! { 0 }, |offset| quote! { ((#offset) as i128) })
}

/// The wire bits of the constant of a number field.
pub(crate) fn constant_bits(field: &Field, constant: &Expr) -> TokenStream {
    match field.repr() {
        Some(repr) if field.is_float() => quote! { <#repr>::to_bits(#constant) as u128 },
        _ => code(constant, field.bit_count()),
    }
}

/// The constant of a byte array, whose length `checks` compares with the field's.
fn constant_array(constant: &Expr, len: &Expr) -> TokenStream {
    quote! { private::array::<{ #len }>(::core::convert::AsRef::<[u8]>::as_ref(&#constant)) }
}

/// The wire bits of a stated code.
pub(crate) fn code(value: &Expr, bits: u32) -> TokenStream {
    quote! { wire::code((#value) as i128, #bits) }
}

pub(crate) fn find<'c>(codes: &'c Codes, name: &str) -> Option<&'c Expr> {
    codes
        .iter()
        .find(|(given, _)| given == name)
        .map(|(_, value)| value)
}

pub(crate) fn kind_of(name: &Ident) -> TokenStream {
    let variant = if name == "oneway" {
        Ident::new("OneWay", name.span())
    } else {
        variant(name)
    };
    quote! { ::metaproto_codec::MessageType::#variant }
}

/// `route_not_found` to `RouteNotFound`.
pub(crate) fn variant(name: &Ident) -> Ident {
    let camel = name
        .to_string()
        .split('_')
        .fold(String::new(), |mut camel, word| {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            camel.extend(letters);
            camel
        });
    Ident::new(&camel, name.span())
}

/// The local variable of a field: of another hygiene than the other locals, with which it so cannot clash.
fn local_of(name: &Ident) -> Ident {
    Ident::new(&name.to_string(), Span::mixed_site())
}

fn raw_of(name: &Ident) -> Ident {
    Ident::new(&format!("{name}_raw"), Span::mixed_site())
}

fn length_of(name: &Ident) -> Ident {
    Ident::new(&format!("{name}_len"), Span::mixed_site())
}
