//! Attributes as written, each at most once, with a place for every complaint.

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Lit, LitInt, LitStr, Path, Result, Token};

use crate::unknown::unknown;

/// All mistakes of one type.
#[derive(Default)]
pub(crate) struct Problems(Option<syn::Error>);

impl Problems {
    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// A complaint about all of these tokens.
    pub(crate) fn at(&mut self, tokens: impl quote::ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
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

    pub(crate) fn into_error(self) -> Option<syn::Error> {
        self.0
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Big,
    Little,
}

/// How a length or count is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In so many bytes.
    Fixed(usize),
    Leb128,
    Vlq,
}

impl Form {
    /// The fewest bytes.
    pub(crate) fn min(self) -> usize {
        match self {
            Self::Fixed(width) => width,
            Self::Leb128 | Self::Vlq => 1,
        }
    }

    /// The most bytes.
    pub(crate) fn max(self) -> usize {
        match self {
            Self::Fixed(width) => width,
            Self::Leb128 | Self::Vlq => 10,
        }
    }

    /// Bits of the largest number.
    pub(crate) fn bits(self) -> u32 {
        match self {
            Self::Fixed(width) => 8 * width as u32,
            Self::Leb128 | Self::Vlq => 64,
        }
    }
}

/// Where a length or count stands: in a prefix, or in an earlier field.
#[derive(Clone)]
pub(crate) enum Source {
    Prefix(Form),
    Field(Ident),
}

/// `item(len = u16, max = 64)`, `key(until = 0, max = 64)`, `item(varint)`.
#[derive(Clone)]
pub(crate) enum ItemAttr {
    Prefix { form: Form, max: Expr },
    Until { mark: Vec<u8>, max: Expr },
    Varint(Form),
}

/// `name = code` pairs of `message_type(..)` and `status(..)`.
pub(crate) type Codes = Vec<(Ident, Expr)>;

#[derive(Default)]
pub(crate) struct TypeAttrs {
    pub(crate) order: Option<Order>,
    pub(crate) order_span: Option<Span>,
    pub(crate) part: Option<Span>,
    pub(crate) tag: Option<(Span, Ident)>,
}

#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) is_broken: bool,
    pub(crate) tag: Option<Expr>,
    pub(crate) other: Option<Span>,
}

/// The checksum of a field: its algorithm and, where stated, its range.
pub(crate) struct Over {
    pub(crate) from: Option<Ident>,
    pub(crate) to: Option<Ident>,
    pub(crate) inclusive: bool,
    pub(crate) span: Span,
}

#[derive(Default)]
pub(crate) struct FieldAttrs {
    /// Whether some of them could not be read, so that nothing can be said of what is missing.
    pub(crate) is_broken: bool,
    pub(crate) order: Option<Order>,
    pub(crate) order_span: Option<Span>,
    pub(crate) bytes: Option<LitInt>,
    pub(crate) bits: Option<LitInt>,
    pub(crate) constant: Option<Expr>,
    pub(crate) reserved: Option<Span>,
    pub(crate) code: Option<Ident>,
    pub(crate) varint: Option<Span>,
    pub(crate) vlq: Option<Span>,
    pub(crate) zigzag: Option<Span>,
    pub(crate) scale: Option<LitInt>,
    pub(crate) nested: Option<Span>,
    pub(crate) tag: Option<Ident>,
    pub(crate) with: Option<Path>,
    pub(crate) len: Option<(Span, Source)>,
    pub(crate) count: Option<(Span, Source)>,
    pub(crate) until: Option<(Span, Vec<u8>)>,
    pub(crate) pad: Option<(Span, u8)>,
    pub(crate) rest: Option<Span>,
    pub(crate) max: Option<Expr>,
    pub(crate) offset: Option<Expr>,
    pub(crate) null: Option<Expr>,
    pub(crate) item: Option<(Span, ItemAttr)>,
    pub(crate) key: Option<(Span, ItemAttr)>,
    pub(crate) value: Option<(Span, ItemAttr)>,
    pub(crate) when: Option<Expr>,
    pub(crate) optional: Option<Span>,
    pub(crate) align: Option<LitInt>,
    pub(crate) trailer: Option<Span>,
    pub(crate) checksum: Option<Path>,
    pub(crate) over: Option<Over>,
    pub(crate) frame_len: Option<Span>,
    pub(crate) rest_len: Option<Span>,
    pub(crate) no_body: Option<Span>,
    pub(crate) header_len: Option<Span>,
    pub(crate) body_len: Option<Span>,
    pub(crate) request_id: Option<Span>,
    pub(crate) stream_id: Option<Span>,
    pub(crate) operation: Option<Span>,
    pub(crate) metadata: Option<(Span, Option<LitStr>)>,
    pub(crate) message_type: Option<(Span, Codes)>,
    pub(crate) oneway: Option<Expr>,
    pub(crate) heartbeat: Option<Expr>,
    pub(crate) reply: Option<Expr>,
    pub(crate) status: Option<(Span, Codes)>,
}

const FIELD_ATTRIBUTES: [&str; 45] = [
    "big_endian",
    "little_endian",
    "bytes",
    "bits",
    "constant",
    "reserved",
    "code",
    "varint",
    "vlq",
    "zigzag",
    "scale",
    "nested",
    "tag",
    "with",
    "len",
    "count",
    "until",
    "pad",
    "rest",
    "max",
    "offset",
    "null",
    "item",
    "key",
    "value",
    "when",
    "optional",
    "align",
    "trailer",
    "checksum",
    "over",
    "frame_len",
    "rest_len",
    "no_body",
    "header_len",
    "body_len",
    "request_id",
    "stream_id",
    "operation",
    "metadata",
    "message_type",
    "oneway",
    "heartbeat",
    "reply",
    "status",
];

const KINDS: [&str; 10] = [
    "request",
    "oneway",
    "response",
    "error",
    "ping",
    "pong",
    "stream_init",
    "stream_data",
    "stream_close",
    "event",
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

impl TypeAttrs {
    pub(crate) fn parse(attrs: &[Attribute], is_enum: bool, problems: &mut Problems) -> Self {
        let mut out = Self::default();
        each(attrs, problems, |meta| {
            let span = meta.path.span();
            match name(meta)?.as_str() {
                "big_endian" => {
                    out.order_span = Some(span);
                    set_order(&mut out.order, meta, Order::Big)
                }
                "little_endian" => {
                    out.order_span = Some(span);
                    set_order(&mut out.order, meta, Order::Little)
                }
                "part" => flag(&mut out.part, meta, span),
                "tag" if is_enum => once(&mut out.tag, meta, |meta| {
                    let message =
                        "say how the tag is written: `tag = u8`, `tag = u16`, `tag = varint` ...";
                    Ok((span, ident_or(meta, message)?))
                }),
                other => {
                    let known = ["big_endian", "little_endian", "part", "tag"];
                    Err(meta.error(if is_enum {
                        let what = format!("attribute `{other}` on an enum");
                        unknown(&what, other, &known)
                    } else {
                        let what = format!("attribute `{other}` on a struct");
                        unknown(
                            &what,
                            other,
                            known.split_last().map_or(&[], |(_, rest)| rest),
                        )
                    }))
                }
            }
        });
        out
    }
}

impl VariantAttrs {
    pub(crate) fn parse(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut out = Self::default();
        let is_clean = each(attrs, problems, |meta| {
            let span = meta.path.span();
            match name(meta)?.as_str() {
                "tag" => once(&mut out.tag, meta, |meta| meta.value()?.parse()),
                "other" => flag(&mut out.other, meta, span),
                other => Err(meta.error(unknown(
                    &format!("attribute `{other}` on a variant"),
                    other,
                    &["tag", "other"],
                ))),
            }
        });
        out.is_broken = !is_clean;
        out
    }
}

impl FieldAttrs {
    pub(crate) fn parse(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut out = Self::default();
        let is_clean = each(attrs, problems, |meta| out.parse_one(meta));
        out.is_broken = !is_clean;
        out
    }

    fn parse_one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let span = meta.path.span();
        let flag = |slot: &mut Option<Span>| flag(slot, meta, span);
        match name(meta)?.as_str() {
            "big_endian" => {
                self.order_span = Some(span);
                set_order(&mut self.order, meta, Order::Big)
            }
            "little_endian" => {
                self.order_span = Some(span);
                set_order(&mut self.order, meta, Order::Little)
            }
            "bytes" => once(&mut self.bytes, meta, number),
            "bits" => once(&mut self.bits, meta, number),
            "constant" => parsed(&mut self.constant, meta),
            "reserved" => flag(&mut self.reserved),
            "code" => once(&mut self.code, meta, |meta| {
                ident_or(meta, "a code is an integer: `code = u8`, `code = u16` ...")
            }),
            "varint" => flag(&mut self.varint),
            "vlq" => flag(&mut self.vlq),
            "zigzag" => flag(&mut self.zigzag),
            "scale" => once(&mut self.scale, meta, number),
            "nested" => flag(&mut self.nested),
            "tag" => once(&mut self.tag, meta, |meta| {
                ident_or(meta, "name the earlier field that chooses: `tag = kind`")
            }),
            "with" => parsed(&mut self.with, meta),
            "len" => once(&mut self.len, meta, |meta| Ok((span, source(meta)?))),
            "count" => once(&mut self.count, meta, |meta| Ok((span, source(meta)?))),
            "until" => once(&mut self.until, meta, |meta| Ok((span, mark(meta)?))),
            "pad" => once(&mut self.pad, meta, |meta| Ok((span, byte(meta)?))),
            "rest" => flag(&mut self.rest),
            "max" => parsed(&mut self.max, meta),
            "offset" => parsed(&mut self.offset, meta),
            "null" => parsed(&mut self.null, meta),
            "item" => once(&mut self.item, meta, |meta| Ok((span, item(meta)?))),
            "key" => once(&mut self.key, meta, |meta| Ok((span, item(meta)?))),
            "value" => once(&mut self.value, meta, |meta| Ok((span, item(meta)?))),
            "when" => parsed(&mut self.when, meta),
            "optional" => flag(&mut self.optional),
            "align" => once(&mut self.align, meta, number),
            "trailer" => flag(&mut self.trailer),
            "checksum" => parsed(&mut self.checksum, meta),
            "over" => once(&mut self.over, meta, over),
            "frame_len" => flag(&mut self.frame_len),
            "rest_len" => flag(&mut self.rest_len),
            "no_body" => flag(&mut self.no_body),
            "header_len" => flag(&mut self.header_len),
            "body_len" => flag(&mut self.body_len),
            "request_id" => flag(&mut self.request_id),
            "stream_id" => flag(&mut self.stream_id),
            "operation" => flag(&mut self.operation),
            "metadata" => once(&mut self.metadata, meta, |meta| {
                let has_key = meta.input.peek(Token![=]);
                let key = has_key.then(|| meta.value()?.parse()).transpose()?;
                Ok((span, key))
            }),
            "message_type" => once(&mut self.message_type, meta, |meta| {
                Ok((span, codes(meta, &KINDS)?))
            }),
            "oneway" => parsed(&mut self.oneway, meta),
            "heartbeat" => parsed(&mut self.heartbeat, meta),
            "reply" => parsed(&mut self.reply, meta),
            "status" => once(&mut self.status, meta, |meta| {
                Ok((span, codes(meta, &STATUSES)?))
            }),
            other => Err(meta.error(unknown(
                &format!("attribute `{other}` on a field"),
                other,
                &FIELD_ATTRIBUTES,
            ))),
        }
    }
}

/// Visits every attribute; whether all could be read.
fn each(
    attrs: &[Attribute],
    problems: &mut Problems,
    mut visit: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> bool {
    let mut is_clean = true;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("header")) {
        let mut found = Problems::default();
        let result = attr.parse_nested_meta(|meta| {
            recover(&meta, visit(&meta), &mut found);
            Ok(())
        });
        for error in [result.err(), found.into_error()].into_iter().flatten() {
            problems.push(error);
            is_clean = false;
        }
    }
    is_clean
}

/// Keeps the mistake of one attribute and goes on behind the next comma, so that those that follow are seen too.
fn recover(meta: &ParseNestedMeta<'_>, result: Result<()>, found: &mut Problems) {
    let Err(error) = result else { return };
    found.push(error);
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        if meta.input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// The attributes in the parentheses of `meta`, all mistakes at once.
fn inner(
    meta: &ParseNestedMeta<'_>,
    mut visit: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    let mut found = Problems::default();
    meta.parse_nested_meta(|inner| {
        recover(&inner, visit(&inner), &mut found);
        Ok(())
    })?;
    found.into_error().map_or(Ok(()), Err)
}

fn name(meta: &ParseNestedMeta<'_>) -> Result<String> {
    Ok(meta.path.require_ident()?.to_string())
}

fn parsed<T: syn::parse::Parse>(slot: &mut Option<T>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    once(slot, meta, |meta| meta.value()?.parse())
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

/// An attribute that is a word alone.
fn flag<T>(slot: &mut Option<T>, meta: &ParseNestedMeta<'_>, value: T) -> Result<()> {
    once(slot, meta, |meta| {
        if meta.input.is_empty() || meta.input.peek(Token![,]) {
            return Ok(value);
        }
        let name = name(meta)?;
        Err(meta.error(format!("`{name}` is a word alone; remove what follows it")))
    })
}

fn set_order(slot: &mut Option<Order>, meta: &ParseNestedMeta<'_>, order: Order) -> Result<()> {
    if slot.is_some() {
        return Err(meta.error("two byte orders; keep one of `big_endian` and `little_endian`"));
    }
    flag(slot, meta, order)
}

/// How a length is written whose type is named `u8`, `u24` ... `u64`, `i16` (as Kafka has it), `varint` or `vlq`.
pub(crate) fn form(ident: &Ident) -> Option<Form> {
    let name = ident.to_string();
    match name.as_str() {
        "varint" => return Some(Form::Leb128),
        "vlq" => return Some(Form::Vlq),
        _ => {}
    }
    let bits: usize = name.strip_prefix(['u', 'i'])?.parse().ok()?;
    (bits.is_multiple_of(8) && (8..=64).contains(&bits)).then_some(Form::Fixed(bits / 8))
}

fn source(meta: &ParseNestedMeta<'_>) -> Result<Source> {
    let message = format!(
        "`{}` names an earlier field, or how it is written directly before: `u8` ... `u64`, `i16`, `varint`, `vlq`",
        name(meta)?
    );
    let ident = ident_or(meta, &message)?;
    Ok(form(&ident).map_or(Source::Field(ident), Source::Prefix))
}

/// A name, and otherwise a complaint that says what it names.
fn ident_or(meta: &ParseNestedMeta<'_>, message: &str) -> Result<Ident> {
    let given = meta.value()?;
    if given.peek(syn::Ident::peek_any) {
        return given.call(Ident::parse_any);
    }
    let span = given.span();
    Err(syn::Error::new(span, message))
}

/// The bytes that end something: `0`, `b'\n'`, `b"\r\n"`.
fn mark(meta: &ParseNestedMeta<'_>) -> Result<Vec<u8>> {
    let literal: Lit = meta.value()?.parse()?;
    match &literal {
        Lit::ByteStr(bytes) if !bytes.value().is_empty() => Ok(bytes.value()),
        _ => one_byte(&literal).map(|byte| vec![byte]),
    }
}

/// A number that is written out, since the derive counts with it.
fn number(meta: &ParseNestedMeta<'_>) -> Result<LitInt> {
    let given = meta.value()?;
    let (span, name) = (given.span(), name(meta)?);
    given.parse().map_err(|_| {
        syn::Error::new(
            span,
            format!("`{name}` needs a number that is written out, such as `{name} = 4`"),
        )
    })
}

fn byte(meta: &ParseNestedMeta<'_>) -> Result<u8> {
    one_byte(&meta.value()?.parse()?)
}

fn one_byte(literal: &Lit) -> Result<u8> {
    match literal {
        Lit::Byte(byte) => Ok(byte.value()),
        Lit::Int(int) => int.base10_parse(),
        other => Err(syn::Error::new_spanned(
            other,
            "write the bytes out: `0`, `b'\\n'`, `b\"\\r\\n\"`",
        )),
    }
}

fn item(meta: &ParseNestedMeta<'_>) -> Result<ItemAttr> {
    let (mut length, mut ending, mut number, mut max) = (None, None, None, None);
    inner(meta, |inner| match name(inner)?.as_str() {
        "len" => once(&mut length, inner, |inner| match source(inner)? {
            Source::Prefix(form) => Ok(form),
            Source::Field(ident) => Err(syn::Error::new(
                ident.span(),
                "the length of an item is a prefix: `len = u8`, `len = u16`, `len = varint` ...",
            )),
        }),
        "until" => once(&mut ending, inner, mark),
        "varint" => flag(&mut number, inner, Form::Leb128),
        "vlq" => flag(&mut number, inner, Form::Vlq),
        "max" => once(&mut max, inner, |inner| inner.value()?.parse()),
        other => Err(inner.error(unknown(
            &format!("attribute `{other}` of an item"),
            other,
            &["len", "until", "max", "varint", "vlq"],
        ))),
    })?;
    match (length, ending, number, max) {
        (Some(form), None, None, Some(max)) => Ok(ItemAttr::Prefix { form, max }),
        (None, Some(mark), None, Some(max)) => Ok(ItemAttr::Until { mark, max }),
        (None, None, Some(form), None) => Ok(ItemAttr::Varint(form)),
        _ => Err(meta.error(
            "say how its end is found and its maximum: `(len = u16, max = 64)` or `(until = 0, max = 64)`; of a \
             number, `(varint)`",
        )),
    }
}

/// `over = a..b`, `a..=b`, `..b`, `a..`, `..`, of which `body` stands for the body.
fn over(meta: &ParseNestedMeta<'_>) -> Result<Over> {
    let given: Expr = meta.value()?.parse()?;
    let span = given.span();
    let Expr::Range(range) = given else {
        return Err(syn::Error::new(
            span,
            "the range of a checksum is one of fields: `over = first..=last`, `over = ..body`",
        ));
    };
    let edge = |end: Option<Box<Expr>>| match end.map(|end| *end) {
        None => Ok(None),
        Some(Expr::Path(path)) => path.path.require_ident().cloned().map(Some),
        Some(other) => Err(syn::Error::new_spanned(
            other,
            "name a field, or `body`: `over = first..=last`",
        )),
    };
    Ok(Over {
        from: edge(range.start)?,
        to: edge(range.end)?,
        inclusive: matches!(range.limits, syn::RangeLimits::Closed(_)),
        span,
    })
}

fn codes(meta: &ParseNestedMeta<'_>, known: &[&str]) -> Result<Codes> {
    let mut codes = Codes::new();
    inner(meta, |inner| {
        let ident = inner.path.require_ident()?.clone();
        if !known.contains(&ident.to_string().as_str()) {
            return Err(inner.error(unknown(
                &format!("name `{ident}`"),
                &ident.to_string(),
                known,
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
