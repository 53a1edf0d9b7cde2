//! Headers of fields of fixed width, and of texts, byte strings and lists behind their lengths: read in one sweep, and
//! written after one measurement.
//!
//! What is wrong or incomplete is left to the slow way, which says what it is.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::quick::{self, read_field, write_field};
use super::{local_of, max, offset, order, sizes};
use crate::ast::{Field, Header};
use crate::attr::{Form, ItemAttr};
use crate::shape::{Extent, Item, Shape};

/// Whether the header is one of these.
pub(super) fn is_swept(header: &Header) -> bool {
    let count = |name: &str| {
        let has = |field: &&Field| field.length_role().is_some_and(|(role, _)| role == name);
        header.fields.iter().filter(has).count()
    };
    let varies = |field: &Field| !field.shape.is_fixed();
    !header.part
        && count("header_len") <= 1
        && count("body_len") <= 1
        && count("frame_len") + count("rest_len") <= 1
        && count("frame_len") + count("rest_len") + count("body_len") >= 1
        && header
            .fields
            .iter()
            .skip_while(|field| !varies(field))
            .all(|field| field.attrs.rest_len.is_none())
        && header.fields.iter().any(varies)
        && header.fields.iter().all(|field| is_plain(header, field))
}

fn is_plain(header: &Header, field: &Field) -> bool {
    let attrs = &field.attrs;
    let is_stated = attrs.scale.is_none() && attrs.offset.is_none();
    let said = match &field.shape {
        Shape::Scalar { .. } | Shape::Bits { .. } => {
            let measures = header.measured_by(&field.ident).is_some();
            !measures || field.is_unsigned() && is_stated
        }
        Shape::Array { len } => quick::literal(len).is_some(),
        Shape::Octets { extent, .. } => is_stated && is_counted(extent),
        Shape::List {
            item,
            extent,
            bytes,
        } => is_stated && is_list(extent, *bytes) && is_plain_item(item),
        Shape::Map {
            key,
            value,
            extent,
            bytes,
        } => is_stated && is_list(extent, *bytes) && is_plain_item(key) && is_plain_item(value),
        _ => false,
    };
    said && field.is_always()
        && attrs.align.is_none()
        && attrs.trailer.is_none()
        && attrs.checksum.is_none()
        && attrs.no_body.is_none()
        && header.chosen_by(&field.ident).is_none()
}

fn is_counted(extent: &Extent) -> bool {
    matches!(extent, Extent::Prefix(Form::Fixed(_)) | Extent::Field(_))
}

/// A field before it that counts the bytes of a list would have to measure it first.
fn is_list(extent: &Extent, bytes: bool) -> bool {
    is_counted(extent) && !(bytes && matches!(extent, Extent::Field(_)))
}

fn is_plain_item(item: &Item) -> bool {
    match item {
        Item::Scalar { repr, .. } => repr != "bool",
        Item::Octets { attr, .. } => matches!(
            attr,
            ItemAttr::Prefix {
                form: Form::Fixed(_),
                ..
            }
        ),
        _ => false,
    }
}

/// A run of fields of fixed width, or a field that varies.
enum Step<'f> {
    Run(Vec<&'f Field>),
    Varying(&'f Field),
}

fn steps(header: &Header) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for field in &header.fields {
        match steps.last_mut() {
            Some(Step::Run(run)) if field.shape.is_fixed() => run.push(field),
            _ if field.shape.is_fixed() => steps.push(Step::Run(vec![field])),
            _ => steps.push(Step::Varying(field)),
        }
    }
    steps
}

/// Each field of a run, with its offset and the width of its place; and the width of the run, bytes.
fn places<'f>(run: &[&'f Field]) -> (Vec<(&'f Field, usize, usize)>, usize) {
    let (mut places, mut at, mut end) = (Vec::new(), 0, 0);
    for field in run {
        if !matches!(field.shape, Shape::Bits { first: false, .. }) {
            at = end;
            end += quick::width(field).unwrap_or(0);
        }
        places.push((*field, at, end - at));
    }
    (places, end)
}

/// Where a field of the first run ends.
fn after(header: &Header, field: &Field) -> Option<usize> {
    let steps = steps(header);
    let Some(Step::Run(run)) = steps.first() else {
        return None;
    };
    let (places, _) = places(run);
    let place = places
        .into_iter()
        .find(|(other, ..)| other.ident == field.ident);
    place.map(|(_, at, width)| at + width)
}

// Reading.

/// `Read::quick`.
pub(super) fn read(header: &Header) -> Option<TokenStream> {
    if !is_swept(header) {
        return None;
    }
    let lifetime = &header.named.lifetime;
    let view = super::view_name(&header.named.ident);
    let locals = header.fields.iter().map(|field| local_of(&field.ident));
    let steps = steps(header);
    let steps = steps.iter().map(|step| match step {
        Step::Run(run) => read_run(run),
        Step::Varying(field) => read_varying(field),
    });
    let role = |name: &str| {
        let has = |field: &&Field| field.length_role().is_some_and(|(role, _)| role == name);
        header.fields.iter().find(has)
    };
    let stated = |field: &Field, min: TokenStream| {
        let (name, offset, max) = (local_of(&field.ident), offset(field), max(field));
        quote! { private::size(u128::from(#name), #offset, #min, #max)? }
    };
    let body = role("body_len").map(|field| stated(field, quote! { 0 }));
    let frame = role("frame_len").map(|field| stated(field, quote! { header }));
    let frame = frame.or_else(|| {
        let field = role("rest_len")?;
        let (name, offset, max) = (local_of(&field.ident), offset(field), max(field));
        let after = after(header, field)?;
        Some(quote! {
            usize::saturating_add(#after, private::size(u128::from(#name), #offset, header - #after, #max)?)
        })
    });
    let body = match (body, frame) {
        (Some(body), Some(frame)) => quote! {
            let (body, frame) = (#body, #frame);
            if frame - header != body { return None; }
        },
        (Some(body), None) => quote! { let body = #body; },
        (None, Some(frame)) => quote! { let body = #frame - header; },
        (None, None) => TokenStream::new(),
    };
    let header_end = match role("header_len") {
        Some(_) => quote! { header_end },
        None => quote! { sweep.position() },
    };
    Some(quote! {
        fn quick(message: &#lifetime [u8]) -> Option<(Self::View, wire::Sizes)> {
            let mut sweep = wire::Sweep::new(message);
            #(#steps)*
            let header = #header_end;
            #body
            let sizes = wire::Sizes::new(header, body, 0);
            Some((#view { #(#locals,)* _message: ::core::marker::PhantomData }, sizes))
        }
    })
}

fn read_run(run: &[&Field]) -> TokenStream {
    let (places, total) = places(run);
    let fields = places
        .iter()
        .map(|(field, at, width)| read_field(field, *at, *width));
    let header_len = run.iter().find(|field| field.attrs.header_len.is_some());
    let header_end = header_len.map(|field| {
        let (name, offset, max) = (local_of(&field.ident), offset(field), max(field));
        quote! {
            let header_end = private::size(u128::from(#name), #offset, sweep.position(), #max)?;
            sweep.header_ends(header_end)?;
        }
    });
    quote! {
        let bytes = sweep.take::<#total>()?;
        #(#fields)*
        #header_end
    }
}

fn read_varying(field: &Field) -> TokenStream {
    let (name, order, max) = (local_of(&field.ident), order(field.order), max(field));
    let Some(extent) = field.shape.extent() else {
        return TokenStream::new();
    };
    let length = match extent {
        Extent::Prefix(Form::Fixed(width)) => quote! { sweep.length::<#width>(#order, #max)? },
        Extent::Field(length) => {
            let length = local_of(length);
            quote! { private::size(u128::from(#length), 0, 0, #max)? }
        }
        _ => return TokenStream::new(),
    };
    let value = match &field.shape {
        Shape::Octets { text: true, .. } => quote! { sweep.text(length)? },
        Shape::Octets { .. } if field.attrs.operation.is_some() => {
            quote! { sweep.text(length)?.bytes() }
        }
        Shape::Octets { .. } => quote! { sweep.octets(length)? },
        Shape::List { bytes, .. } | Shape::Map { bytes, .. } => {
            let index = field.index;
            let items = format_ident!("{}", if *bytes { "items_filling" } else { "items" });
            quote! { sweep.#items::<Self, #index>(length)? }
        }
        _ => return TokenStream::new(),
    };
    quote! { let length = #length; let #name = #value; }
}

/// `Element::skip`.
pub(super) fn skip(header: &Header, field: &Field) -> Option<TokenStream> {
    let lifetime = &header.named.lifetime;
    let items: Vec<_> = field
        .shape
        .items()
        .map(|item| skip_item(field, item))
        .collect();
    let texts = field.shape.items().any(|item| is_checked(field, item));
    let is_text = format_ident!("{}", if texts { "is_text" } else { "_is_text" });
    is_swept(header).then(|| {
        quote! {
            #[inline]
            fn skip(sweep: &mut wire::Sweep<#lifetime>, #is_text: impl Fn(&[u8]) -> bool) -> Option<()> {
                #(#items)*
                Some(())
            }
        }
    })
}

/// Whether an item must be text: what a peer puts into an open map need not be.
fn is_checked(field: &Field, item: &Item) -> bool {
    matches!(item, Item::Octets { text: true, .. }) && !super::roles::is_open_map(field)
}

fn skip_item(field: &Field, item: &Item) -> TokenStream {
    let order = order(field.order);
    match item {
        Item::Scalar { bytes, .. } => quote! { sweep.take::<#bytes>()?; },
        Item::Octets {
            attr:
                ItemAttr::Prefix {
                    form: Form::Fixed(width),
                    max,
                },
            ..
        } => {
            let skip = if is_checked(field, item) {
                quote! { sweep.skip_text(length, &is_text)? }
            } else {
                quote! { sweep.octets(length)? }
            };
            quote! { let length = sweep.length::<#width>(#order, #max)?; #skip; }
        }
        _ => TokenStream::new(),
    }
}

// Writing.

/// `Header::quick_len` and `Header::quick_write`. A length that wraps is one that what is written cannot have.
pub(super) fn write(header: &Header) -> Option<TokenStream> {
    if !is_swept(header) {
        return None;
    }
    let min = sizes::least(header);
    let lengths = header.fields.iter().filter_map(|field| {
        let name = &field.ident;
        let (of_items, _) = items_len(field);
        match &field.shape {
            Shape::Octets { .. } => {
                Some(quote! { len = len.wrapping_add(wire::Octets::octets(&self.#name).len()); })
            }
            Shape::List { .. } | Shape::Map { .. } => {
                Some(quote! { len = len.wrapping_add(#of_items); })
            }
            _ => None,
        }
    });
    let steps = steps(header);
    let steps = steps.iter().map(|step| match step {
        Step::Run(run) => write_run(header, run),
        Step::Varying(field) => write_varying(field),
    });
    Some(quote! {
        fn quick_len(&self) -> usize {
            let mut len: usize = #min;
            #(#lengths)*
            len
        }

        fn quick_write<S: wire::Sink>(&self, sizes: wire::Sizes, sink: &mut S) -> bool {
            sink.fill(sizes.header, |fill| {
                #(#steps)*
                true
            })
        }
    })
}

/// The bytes of all items of a list, and how it is walked.
fn items_len(field: &Field) -> (TokenStream, TokenStream) {
    let name = &field.ident;
    let pattern = match &field.shape {
        Shape::Map { .. } => quote! { (key, value) },
        _ => quote! { item },
    };
    let each = items_of(field).map(|(item, value)| match item {
        Item::Octets {
            attr:
                ItemAttr::Prefix {
                    form: Form::Fixed(width),
                    ..
                },
            ..
        } => quote! { .wrapping_add(#width + wire::Octets::octets(#value).len()) },
        _ => TokenStream::new(),
    });
    let fixed: usize = items_of(field)
        .map(|(item, _)| match item {
            Item::Scalar { bytes, .. } => *bytes,
            _ => 0,
        })
        .sum();
    let octets: Vec<_> = each.filter(|each| !each.is_empty()).collect();
    let bytes = if octets.is_empty() {
        quote! { self.#name.len().wrapping_mul(#fixed) }
    } else {
        let fixed = (fixed > 0).then(|| quote! { .wrapping_add(#fixed) });
        let names = items_of(field).map(|(item, name)| match item {
            Item::Octets { .. } => name,
            _ => quote! { _ },
        });
        let used = match &field.shape {
            Shape::Map { .. } => quote! { (#(#names),*) },
            _ => quote! { #(#names)* },
        };
        quote! { self.#name.iter().fold(0usize, |len, #used| len #(#octets)* #fixed) }
    };
    (bytes, pattern)
}

fn items_of(field: &Field) -> impl Iterator<Item = (&Item, TokenStream)> {
    let names = match &field.shape {
        Shape::Map { .. } => vec![quote! { key }, quote! { value }],
        _ => vec![quote! { item }],
    };
    field.shape.items().zip(names)
}

fn write_run(header: &Header, run: &[&Field]) -> TokenStream {
    let (places, total) = places(run);
    let fields = places.iter().map(|(field, at, width)| {
        let length = header.measured_by(&field.ident).map(|measured| {
            let (name, max) = (&measured.ident, max(measured));
            let length = match &measured.shape {
                Shape::Octets { .. } => quote! { wire::Octets::octets(&self.#name).len() },
                _ => quote! { self.#name.len() },
            };
            (length, max)
        });
        write_field(field, *at, *width, length)
    });
    quote! {
        let mut bytes = [0; #total];
        #(#fields)*
        if !fill.put(&bytes) { return false; }
    }
}

fn write_varying(field: &Field) -> TokenStream {
    let (name, order, max) = (&field.ident, order(field.order), max(field));
    let width = match field.shape.extent() {
        Some(Extent::Prefix(Form::Fixed(width))) => Some(*width),
        _ => None,
    };
    let put = |call: TokenStream| quote! { if !fill.#call { return false; } };
    match &field.shape {
        Shape::Octets { .. } => {
            let octets = quote! { wire::Octets::octets(&self.#name) };
            put(match width {
                Some(width) => quote! { octets::<#width>(#octets, #order, #max) },
                None => quote! { put(#octets) },
            })
        }
        Shape::List { bytes, .. } | Shape::Map { bytes, .. } => {
            let (len, pattern) = items_len(field);
            let length = width.map(|width| {
                let length = if *bytes {
                    len
                } else {
                    quote! { self.#name.len() }
                };
                put(quote! { length::<#width>(#length, #order, #max) })
            });
            let items = items_of(field).map(|(item, value)| write_item(field, item, &value));
            quote! { #length for #pattern in &self.#name { #(#items)* } }
        }
        _ => TokenStream::new(),
    }
}

fn write_item(field: &Field, item: &Item, value: &TokenStream) -> TokenStream {
    let order = order(field.order);
    match item {
        Item::Scalar { bytes, .. } => {
            quote! { if !fill.scalar::<_, #bytes>(*#value, #order) { return false; } }
        }
        Item::Octets {
            attr:
                ItemAttr::Prefix {
                    form: Form::Fixed(width),
                    max,
                },
            ..
        } => {
            let octets = quote! { wire::Octets::octets(#value) };
            quote! { if !fill.octets::<#width>(#octets, #order, #max) { return false; } }
        }
        _ => TokenStream::new(),
    }
}
