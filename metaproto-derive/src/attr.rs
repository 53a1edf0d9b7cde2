//! Attributes as written, each at most once, with a place for every complaint.

use proc_macro2::{Ident, Span};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, LitInt, LitStr, Result};

/// All mistakes of one struct.
#[derive(Default)]
pub(crate) struct Problems(Option<syn::Error>);

impl Problems {
    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn into_result(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Big,
    Little,
}

/// Where a length or count stands: in a prefix of so many bytes, or in an earlier field.
#[derive(Clone)]
pub(crate) enum Source {
    Prefix(usize),
    Field(Ident),
}

/// `item(len = u16, max = 64)`, `key(..)`, `value(..)`.
#[derive(Clone)]
pub(crate) struct ItemAttr {
    pub(crate) width: usize,
    pub(crate) max: Expr,
}

/// `name = code` pairs of `message_type(..)` and `status(..)`.
pub(crate) type Codes = Vec<(Ident, Expr)>;

#[derive(Default)]
pub(crate) struct StructAttrs {
    pub(crate) order: Option<Order>,
    pub(crate) part: bool,
}

#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) order: Option<Order>,
    pub(crate) bytes: Option<LitInt>,
    pub(crate) bits: Option<LitInt>,
    pub(crate) constant: Option<Expr>,
    pub(crate) reserved: Option<Span>,
    pub(crate) code: Option<Ident>,
    pub(crate) nested: Option<Span>,
    pub(crate) len: Option<(Span, Source)>,
    pub(crate) count: Option<(Span, Source)>,
    pub(crate) max: Option<Expr>,
    pub(crate) offset: Option<Expr>,
    pub(crate) item: Option<ItemAttr>,
    pub(crate) key: Option<ItemAttr>,
    pub(crate) value: Option<ItemAttr>,
    pub(crate) frame_len: Option<Span>,
    pub(crate) header_len: Option<Span>,
    pub(crate) body_len: Option<Span>,
    pub(crate) request_id: Option<Span>,
    pub(crate) stream_id: Option<Span>,
    pub(crate) operation: Option<Span>,
    pub(crate) metadata: Option<(Span, Option<LitStr>)>,
    pub(crate) message_type: Option<(Span, Codes)>,
    pub(crate) oneway: Option<Expr>,
    pub(crate) heartbeat: Option<Expr>,
    pub(crate) status: Option<(Span, Codes)>,
}

const FIELD_ATTRIBUTES: &str = "big_endian, little_endian, bytes, bits, constant, reserved, code, nested, len, count, \
    max, offset, item, key, value, frame_len, header_len, body_len, request_id, stream_id, operation, metadata, \
    message_type, oneway, heartbeat, status";

const KINDS: [&str; 9] = [
    "request",
    "oneway",
    "response",
    "error",
    "ping",
    "pong",
    "stream_init",
    "stream_data",
    "stream_close",
];

const STATUSES: [&str; 8] = [
    "ok",
    "other",
    "route_not_found",
    "cluster_not_found",
    "no_healthy_upstream",
    "bad_response",
    "unspecified",
    "over_limit",
];

impl StructAttrs {
    pub(crate) fn parse(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut out = Self::default();
        each(attrs, problems, |meta| {
            match name(meta)?.as_str() {
            "big_endian" => set_order(&mut out.order, meta, Order::Big),
            "little_endian" => set_order(&mut out.order, meta, Order::Little),
            "part" => {
                out.part = true;
                Ok(())
            }
            other => Err(meta.error(format!(
                "unknown attribute `{other}` on a struct; it can be one of: big_endian, little_endian, part"
            ))),
        }
        });
        out
    }
}

impl FieldAttrs {
    pub(crate) fn parse(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut out = Self::default();
        each(attrs, problems, |meta| {
            let span = meta.path.span();
            match name(meta)?.as_str() {
                "big_endian" => set_order(&mut out.order, meta, Order::Big),
                "little_endian" => set_order(&mut out.order, meta, Order::Little),
                "bytes" => once(&mut out.bytes, meta, |meta| meta.value()?.parse()),
                "bits" => once(&mut out.bits, meta, |meta| meta.value()?.parse()),
                "constant" => once(&mut out.constant, meta, |meta| meta.value()?.parse()),
                "reserved" => once(&mut out.reserved, meta, |_| Ok(span)),
                "code" => once(&mut out.code, meta, |meta| meta.value()?.parse()),
                "nested" => once(&mut out.nested, meta, |_| Ok(span)),
                "len" => once(&mut out.len, meta, |meta| Ok((span, source(meta)?))),
                "count" => once(&mut out.count, meta, |meta| Ok((span, source(meta)?))),
                "max" => once(&mut out.max, meta, |meta| meta.value()?.parse()),
                "offset" => once(&mut out.offset, meta, |meta| meta.value()?.parse()),
                "item" => once(&mut out.item, meta, item),
                "key" => once(&mut out.key, meta, item),
                "value" => once(&mut out.value, meta, item),
                "frame_len" => once(&mut out.frame_len, meta, |_| Ok(span)),
                "header_len" => once(&mut out.header_len, meta, |_| Ok(span)),
                "body_len" => once(&mut out.body_len, meta, |_| Ok(span)),
                "request_id" => once(&mut out.request_id, meta, |_| Ok(span)),
                "stream_id" => once(&mut out.stream_id, meta, |_| Ok(span)),
                "operation" => once(&mut out.operation, meta, |_| Ok(span)),
                "metadata" => once(&mut out.metadata, meta, |meta| {
                    let key = if meta.input.peek(syn::Token![=]) {
                        Some(meta.value()?.parse()?)
                    } else {
                        None
                    };
                    Ok((span, key))
                }),
                "message_type" => once(&mut out.message_type, meta, |meta| {
                    Ok((span, codes(meta, &KINDS)?))
                }),
                "oneway" => once(&mut out.oneway, meta, |meta| meta.value()?.parse()),
                "heartbeat" => once(&mut out.heartbeat, meta, |meta| meta.value()?.parse()),
                "status" => once(&mut out.status, meta, |meta| {
                    Ok((span, codes(meta, &STATUSES)?))
                }),
                other => Err(meta.error(format!(
                    "unknown attribute `{other}` on a field; it can be one of: {FIELD_ATTRIBUTES}"
                ))),
            }
        });
        out
    }
}

/// The width in bytes of an unsigned integer named `u8`, `u24` ... `u64`.
pub(crate) fn prefix_width(ident: &Ident) -> Option<usize> {
    let bits: usize = ident.to_string().strip_prefix('u')?.parse().ok()?;
    (bits.is_multiple_of(8) && (8..=64).contains(&bits)).then_some(bits / 8)
}

fn each(
    attrs: &[Attribute],
    problems: &mut Problems,
    mut visit: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("header")) {
        if let Err(error) = attr.parse_nested_meta(|meta| visit(&meta)) {
            problems.push(error);
        }
    }
}

fn name(meta: &ParseNestedMeta<'_>) -> Result<String> {
    Ok(meta.path.require_ident()?.to_string())
}

fn once<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    parse: impl FnOnce(&ParseNestedMeta<'_>) -> Result<T>,
) -> Result<()> {
    if slot.is_some() {
        return Err(meta.error("this attribute is given twice; remove one"));
    }
    *slot = Some(parse(meta)?);
    Ok(())
}

fn set_order(slot: &mut Option<Order>, meta: &ParseNestedMeta<'_>, order: Order) -> Result<()> {
    if slot.is_some() {
        return Err(meta.error("two byte orders; keep one of `big_endian` and `little_endian`"));
    }
    *slot = Some(order);
    Ok(())
}

fn source(meta: &ParseNestedMeta<'_>) -> Result<Source> {
    let ident: Ident = meta.value()?.parse()?;
    Ok(prefix_width(&ident).map_or(Source::Field(ident), Source::Prefix))
}

fn item(meta: &ParseNestedMeta<'_>) -> Result<ItemAttr> {
    let (mut width, mut max) = (None, None);
    meta.parse_nested_meta(|inner| match name(&inner)?.as_str() {
        "len" => once(&mut width, &inner, |inner| match source(inner)? {
            Source::Prefix(width) => Ok(width),
            Source::Field(ident) => Err(syn::Error::new(
                ident.span(),
                "the length of an item is a prefix: `len = u8`, `len = u16` ...",
            )),
        }),
        "max" => once(&mut max, &inner, |inner| inner.value()?.parse()),
        other => Err(inner.error(format!(
            "unknown attribute `{other}`; it can be one of: len, max"
        ))),
    })?;
    match (width, max) {
        (Some(width), Some(max)) => Ok(ItemAttr { width, max }),
        _ => {
            Err(meta.error("say the width of the length and its maximum: `(len = u16, max = 64)`"))
        }
    }
}

fn codes(meta: &ParseNestedMeta<'_>, known: &[&str]) -> Result<Codes> {
    let mut codes = Codes::new();
    meta.parse_nested_meta(|inner| {
        let ident = inner.path.require_ident()?.clone();
        if !known.contains(&ident.to_string().as_str()) {
            return Err(inner.error(format!(
                "unknown name `{ident}`; it can be one of: {}",
                known.join(", ")
            )));
        }
        if codes.iter().any(|(given, _)| *given == ident) {
            return Err(inner.error("this name is given twice; remove one"));
        }
        codes.push((ident, inner.value()?.parse()?));
        Ok(())
    })?;
    Ok(codes)
}
