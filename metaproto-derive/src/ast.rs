//! Fields with shapes and roles, and the rules between them.

use std::fmt;

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Expr, Fields, GenericArgument, Lit, LitInt, PathArguments, Type, UnOp,
};

use crate::attr::{FieldAttrs, ItemAttr, Order, Problems, Source, StructAttrs};

pub(crate) struct Header {
    pub(crate) ident: Ident,
    pub(crate) part: bool,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) order: Order,
    pub(crate) shape: Shape,
    pub(crate) attrs: FieldAttrs,
}

#[expect(
    clippy::large_enum_variant,
    reason = "a handful of fields at compile time"
)]
pub(crate) enum Shape {
    /// An integer, float, boolean or code of whole bytes; `repr` is the Rust type of its wire value.
    Scalar { repr: Ident, bytes: usize },
    /// Some bits of a group of `group` bytes, `shift` bits above its lowest.
    Bits {
        repr: Ident,
        bits: u32,
        shift: u32,
        group: usize,
        first: bool,
        last: bool,
    },
    /// `[u8; N]`.
    Array { len: Expr },
    /// `String`, `Vec<u8>`, `Bytes`.
    Octets { text: bool, source: Source },
    /// `Vec<T>`; `bytes` where the length is in bytes rather than elements.
    List {
        item: Item,
        source: Source,
        bytes: bool,
    },
    /// `Vec<(K, V)>`.
    Map {
        key: Item,
        value: Item,
        source: Source,
        bytes: bool,
    },
    /// A struct of its own.
    Nested,
}

pub(crate) enum Item {
    Scalar {
        repr: Ident,
        bytes: usize,
    },
    Octets {
        text: bool,
        ty: Type,
        prefix: ItemAttr,
    },
    Nested {
        ty: Type,
    },
}

impl Header {
    pub(crate) fn from_input(input: &DeriveInput, problems: &mut Problems) -> Option<Self> {
        let attrs = StructAttrs::parse(&input.attrs, problems);
        let mut order_stated = attrs.order.is_some() || !problems.is_empty();
        let named = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(named) => named,
                other => {
                    let span = if matches!(other, Fields::Unit) {
                        input.ident.span()
                    } else {
                        other.span()
                    };
                    problems.add(
                        span,
                        "a header needs named fields: `struct Name { field: u32 }`",
                    );
                    return None;
                }
            },
            Data::Enum(data) => {
                let message = "`Header` is derived on structs; for an enum of codes use `codes!`, for headers that \
                    differ by direction use `HeaderCodec<Request, Response>`";
                problems.add(data.enum_token.span, message);
                return None;
            }
            Data::Union(data) => {
                problems.add(
                    data.union_token.span,
                    "`Header` is derived on structs, not on unions",
                );
                return None;
            }
        };
        if !input.generics.params.is_empty() {
            problems.add(
                input.generics.span(),
                "a header has no generic parameters; write the types out",
            );
            return None;
        }
        let mut fields = Vec::new();
        for field in &named.named {
            let field_attrs = FieldAttrs::parse(&field.attrs, problems);
            let ident = field
                .ident
                .clone()
                .unwrap_or_else(|| Ident::new("field", Span::call_site()));
            match shape(&field.ty, &field_attrs) {
                Ok(shape) => {
                    let order = field_attrs.order.or(attrs.order);
                    if order.is_none() && !order_stated && needs_order(&shape) {
                        order_stated = true;
                        let message = "the byte order is not stated; say `#[header(big_endian)]` or \
                            `#[header(little_endian)]` on the struct";
                        problems.add(field.ty.span(), message);
                    }
                    let order = order.unwrap_or(Order::Big);
                    fields.push(Field {
                        ident,
                        ty: field.ty.clone(),
                        order,
                        shape,
                        attrs: field_attrs,
                    });
                }
                Err(error) => problems.push(error),
            }
        }
        let mut header = Self {
            ident: input.ident.clone(),
            part: attrs.part,
            fields,
        };
        header.place_bits(problems);
        header.check(problems);
        Some(header)
    }

    /// The field whose length or count stands in `field`.
    pub(crate) fn measured_by(&self, field: &Ident) -> Option<&Field> {
        self.fields
            .iter()
            .find(|other| matches!(other.source(), Some(Source::Field(name)) if name == field))
    }

    fn place_bits(&mut self, problems: &mut Problems) {
        let mut start = 0;
        while start < self.fields.len() {
            let run = self.fields[start..]
                .iter()
                .take_while(|field| matches!(field.shape, Shape::Bits { .. }))
                .count();
            let total: u32 = self.fields[start..start + run]
                .iter()
                .map(Field::bit_count)
                .sum();
            if run > 0 && (!total.is_multiple_of(8) || total > 128) {
                let span = self.fields[start + run - 1]
                    .attrs
                    .bits
                    .as_ref()
                    .map_or_else(Span::call_site, LitInt::span);
                problems.add(span, format!(
                    "adjacent bit fields must fill whole bytes, at most 16; these are {total} bits: add a `reserved` field \
                     of {} bits", (8 - total % 8) % 8
                ));
            }
            let little = self
                .fields
                .get(start)
                .is_some_and(|field| field.order == Order::Little);
            let mut used = 0;
            for index in start..start + run {
                let is_last = index + 1 == start + run;
                if let Shape::Bits {
                    bits,
                    shift,
                    group,
                    first,
                    last,
                    ..
                } = &mut self.fields[index].shape
                {
                    *shift = if little {
                        used
                    } else {
                        total.saturating_sub(used + *bits)
                    };
                    *group = (total / 8) as usize;
                    (*first, *last) = (index == start, is_last);
                    used += *bits;
                }
            }
            start += run.max(1);
        }
    }

    fn check(&self, problems: &mut Problems) {
        self.check_unique(problems);
        for (index, field) in self.fields.iter().enumerate() {
            field.check(problems);
            if let Some(Source::Field(name)) = field.source() {
                self.check_source(index, name, problems);
            }
            if let (true, Some((span, role))) = (self.part, field.attrs.role()) {
                problems.add(
                    span,
                    format!("`{role}` belongs in the outermost header; a `part` has no roles"),
                );
            }
        }
        let has_length = self
            .fields
            .iter()
            .any(|f| f.attrs.frame_len.is_some() || f.attrs.body_len.is_some());
        if !self.part && !has_length {
            problems.add(self.ident.span(), "no field gives the length of the message; mark one with `frame_len` (whole \
                message) or `body_len`, or say `#[header(part)]` if this struct is nested in another header");
        }
    }

    fn check_unique(&self, problems: &mut Problems) {
        type Role = (&'static str, fn(&FieldAttrs) -> Option<Span>);
        let roles: [Role; 10] = [
            ("frame_len", |attrs| attrs.frame_len),
            ("header_len", |attrs| attrs.header_len),
            ("body_len", |attrs| attrs.body_len),
            ("request_id", |attrs| attrs.request_id),
            ("stream_id", |attrs| attrs.stream_id),
            ("operation", |attrs| attrs.operation),
            ("message_type", |attrs| {
                attrs.message_type.as_ref().map(|(span, _)| *span)
            }),
            ("status", |attrs| {
                attrs.status.as_ref().map(|(span, _)| *span)
            }),
            ("oneway", |attrs| attrs.oneway.as_ref().map(Spanned::span)),
            ("heartbeat", |attrs| {
                attrs.heartbeat.as_ref().map(Spanned::span)
            }),
        ];
        for (role, span) in roles {
            for again in self
                .fields
                .iter()
                .filter_map(|field| span(&field.attrs))
                .skip(1)
            {
                problems.add(
                    again,
                    format!("a second field has the role `{role}`; a header has at most one"),
                );
            }
        }
    }

    fn check_source(&self, index: usize, name: &Ident, problems: &mut Problems) {
        let Some(position) = self.fields.iter().position(|field| field.ident == *name) else {
            problems.add(
                name.span(),
                format!("no field `{name}`; name an earlier field, or a width such as `u16`"),
            );
            return;
        };
        if position >= index {
            problems.add(name.span(), format!("`{name}` does not stand before this field; a length must precede what it measures"));
            return;
        }
        let field = &self.fields[position];
        let twice = self.fields[..index]
            .iter()
            .any(|f| matches!(f.source(), Some(Source::Field(n)) if n == name));
        if twice {
            problems.add(
                name.span(),
                format!("`{name}` is the length of an earlier field already"),
            );
        }
        if !field.is_integer() || field.attrs.role().is_some() || field.attrs.constant.is_some() {
            problems.add(
                name.span(),
                format!("`{name}` is not a plain unsigned integer, so it cannot be a length"),
            );
        }
    }
}

impl Field {
    pub(crate) fn source(&self) -> Option<&Source> {
        match &self.shape {
            Shape::Octets { source, .. }
            | Shape::List { source, .. }
            | Shape::Map { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Bits of a fixed-width number; 0 for other shapes.
    pub(crate) fn bit_count(&self) -> u32 {
        match &self.shape {
            Shape::Scalar { bytes, .. } => 8 * *bytes as u32,
            Shape::Bits { bits, .. } => *bits,
            _ => 0,
        }
    }

    pub(crate) fn repr(&self) -> Option<&Ident> {
        match &self.shape {
            Shape::Scalar { repr, .. } | Shape::Bits { repr, .. } => Some(repr),
            _ => None,
        }
    }

    fn is_integer(&self) -> bool {
        self.repr()
            .is_some_and(|repr| repr.to_string().starts_with('u'))
            && self.attrs.code.is_none()
    }

    fn is_number(&self) -> bool {
        self.repr().is_some() && !self.is_float()
    }

    pub(crate) fn is_float(&self) -> bool {
        self.repr()
            .is_some_and(|repr| repr.to_string().starts_with('f'))
    }

    fn check(&self, problems: &mut Problems) {
        let attrs = &self.attrs;
        let lengths = [
            ("frame_len", attrs.frame_len),
            ("header_len", attrs.header_len),
            ("body_len", attrs.body_len),
        ];
        for (role, span) in lengths
            .into_iter()
            .filter_map(|(role, span)| Some((role, span?)))
        {
            if !self.is_integer() {
                problems.add(
                    self.ty.span(),
                    format!("`{role}` needs an unsigned integer field"),
                );
            }
            if attrs.max.is_none() {
                problems.add(span, format!("`{role}` needs a stated maximum in bytes: `#[header({role}, max = 4 * MIB)]`"));
            }
        }
        if let (Some((span, _)), None) = (attrs.len.as_ref().or(attrs.count.as_ref()), &attrs.max) {
            problems.add(
                *span,
                "a length or count needs a stated maximum: `max = 256`",
            );
        }
        let number = |span: Option<Span>, role: &str, problems: &mut Problems| {
            if span.is_some() && !(self.is_number() && self.bit_count() <= 64) {
                problems.add(
                    self.ty.span(),
                    format!("`{role}` needs an integer or code of at most 64 bits"),
                );
            }
        };
        let is_octets = matches!(self.shape, Shape::Octets { .. });
        number(
            attrs.request_id.filter(|_| !is_octets),
            "request_id",
            problems,
        );
        number(attrs.stream_id, "stream_id", problems);
        number(
            attrs.message_type.as_ref().map(|(span, _)| *span),
            "message_type",
            problems,
        );
        number(attrs.oneway.as_ref().map(Spanned::span), "oneway", problems);
        number(
            attrs.heartbeat.as_ref().map(Spanned::span),
            "heartbeat",
            problems,
        );
        number(
            attrs.status.as_ref().map(|(span, _)| *span),
            "status",
            problems,
        );
        if attrs.operation.is_some() && !is_octets {
            number(attrs.operation, "operation", problems);
        }
        match (&attrs.metadata, &self.shape) {
            (None, _)
            | (Some((_, None)), Shape::Map { .. })
            | (Some((_, Some(_))), Shape::Octets { .. }) => {}
            (Some((_, Some(_))), Shape::Scalar { .. } | Shape::Bits { .. })
                if self.bit_count() <= 64 => {}
            (Some((span, Some(_))), _) => {
                problems.add(
                    *span,
                    "`metadata = \"key\"` needs a number of at most 64 bits, a text or bytes",
                );
            }
            (Some((span, None)), _) => {
                problems.add(
                    *span,
                    "`metadata` without a key needs a map; name the key: `metadata = \"key\"`",
                );
            }
        }
        if let Some((span, codes)) = &attrs.status {
            for needed in ["ok", "other"] {
                if !codes.iter().any(|(name, _)| name == needed) {
                    problems.add(
                        *span,
                        format!(
                            "`status` needs a code for `{needed}`: `status(ok = 0, other = 1)`"
                        ),
                    );
                }
            }
        }
        if let Some(offset) = attrs
            .offset
            .as_ref()
            .filter(|_| lengths.iter().all(|(_, span)| span.is_none()))
        {
            problems.add(
                offset.span(),
                "`offset` goes with `frame_len`, `header_len` or `body_len`",
            );
        }
        if let Some(constant) = &attrs.constant {
            self.check_constant(constant, problems);
        }
        self.check_stated(problems);
    }

    fn check_constant(&self, constant: &Expr, problems: &mut Problems) {
        if !matches!(
            self.shape,
            Shape::Scalar { .. } | Shape::Bits { .. } | Shape::Array { .. }
        ) {
            problems.add(
                constant.span(),
                "a constant is a number, bit field or byte array",
            );
        }
        if let (Some((_, Lit::Int(_))), true) = (literal(constant), self.is_float()) {
            problems.add(
                constant.span(),
                "the constant of a float is a float; write it with a point: `1.0`",
            );
        }
    }

    /// Looks at what is written out; of other expressions the compiler works out the values, see `checks`.
    fn check_stated(&self, problems: &mut Problems) {
        if !self.is_number() {
            return;
        }
        let limit = self.limit();
        for (what, value) in self.stated() {
            let problem = match literal(value) {
                Some((_, Lit::Float(_))) => {
                    format!("this {what} is an integer; write it without a point")
                }
                Some((sign, Lit::Int(int))) => match int.base10_parse::<i128>() {
                    Ok(number) if !limit.holds(sign * number) => {
                        let minus = if sign < 0 { "-" } else { "" };
                        format!("the {what} {minus}{int} does not fit {limit}")
                    }
                    _ => continue,
                },
                _ => continue,
            };
            problems.add(value.span(), problem);
        }
    }

    /// The numbers that the declaration states: the constant and the codes, each with what it is.
    pub(crate) fn stated(&self) -> impl Iterator<Item = (&'static str, &Expr)> {
        let attrs = &self.attrs;
        let listed = [&attrs.message_type, &attrs.status].into_iter().flatten();
        let codes = listed
            .flat_map(|(_, codes)| codes.iter().map(|(_, code)| code))
            .chain(&attrs.oneway)
            .chain(&attrs.heartbeat);
        let constant = attrs.constant.iter().map(|constant| ("constant", constant));
        constant.chain(codes.map(|code| ("code", code)))
    }

    /// What the field, if it is a number, can be stated to be.
    pub(crate) fn limit(&self) -> Limit {
        let repr = self.repr().map(ToString::to_string).unwrap_or_default();
        let is_bool = repr == "bool";
        Limit {
            bits: if is_bool { 1 } else { self.bit_count() },
            is_signed: repr.starts_with('i'),
            is_bool,
        }
    }
}

/// The numbers that a field can hold, as it reads after "does not fit".
pub(crate) struct Limit {
    pub(crate) bits: u32,
    pub(crate) is_signed: bool,
    is_bool: bool,
}

impl Limit {
    /// As `metaproto_codec::private::fits`: a number of the field's type or, signed or not, its bits.
    fn holds(&self, number: i128) -> bool {
        if self.bits >= 127 {
            return true;
        }
        let min = if self.is_signed {
            -(1 << (self.bits - 1))
        } else {
            0
        };
        (min..1 << self.bits).contains(&number)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bits, is_signed, ..
        } = self;
        if self.is_bool {
            return f.write_str("a boolean, which is 0 or 1; correct it");
        }
        let sign = if *is_signed {
            "a signed"
        } else {
            "an unsigned"
        };
        write!(
            f,
            "{sign} field of {bits} bits; correct it or change the field"
        )
    }
}

/// The sign and the literal that an expression is.
fn literal(expr: &Expr) -> Option<(i128, &Lit)> {
    match expr {
        Expr::Lit(literal) => Some((1, &literal.lit)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            literal(&unary.expr).map(|(sign, literal)| (-sign, literal))
        }
        _ => None,
    }
}

impl FieldAttrs {
    fn role(&self) -> Option<(Span, &'static str)> {
        [
            (self.frame_len, "frame_len"),
            (self.header_len, "header_len"),
            (self.body_len, "body_len"),
            (self.request_id, "request_id"),
            (self.stream_id, "stream_id"),
            (self.operation, "operation"),
            (self.metadata.as_ref().map(|(span, _)| *span), "metadata"),
            (
                self.message_type.as_ref().map(|(span, _)| *span),
                "message_type",
            ),
            (self.oneway.as_ref().map(Spanned::span), "oneway"),
            (self.heartbeat.as_ref().map(Spanned::span), "heartbeat"),
            (self.status.as_ref().map(|(span, _)| *span), "status"),
        ]
        .into_iter()
        .find_map(|(span, role)| Some((span?, role)))
    }
}

fn needs_order(shape: &Shape) -> bool {
    let wide = |item: &Item| match item {
        Item::Scalar { bytes, .. } => *bytes > 1,
        Item::Octets { prefix, .. } => prefix.width > 1,
        Item::Nested { .. } => false,
    };
    let prefix = |source: &Source| matches!(source, Source::Prefix(width) if *width > 1);
    match shape {
        Shape::Scalar { bytes, .. } => *bytes > 1,
        Shape::Bits { .. } | Shape::Array { .. } | Shape::Nested => false,
        Shape::Octets { source, .. } => prefix(source),
        Shape::List { item, source, .. } => wide(item) || prefix(source),
        Shape::Map {
            key, value, source, ..
        } => wide(key) || wide(value) || prefix(source),
    }
}

fn shape(ty: &Type, attrs: &FieldAttrs) -> syn::Result<Shape> {
    if attrs.nested.is_some() && generic(ty, "Vec").is_none() {
        return Ok(Shape::Nested);
    }
    if let Type::Array(array) = ty {
        if !is_named(&array.elem, "u8") {
            return Err(syn::Error::new(
                array.elem.span(),
                "an array is of bytes: `[u8; N]`; for other items use a `Vec`",
            ));
        }
        return Ok(Shape::Array {
            len: array.len.clone(),
        });
    }
    let sourced = || match (&attrs.len, &attrs.count) {
        (Some((_, source)), None) => Ok((source.clone(), true)),
        (None, Some((_, source))) => Ok((source.clone(), false)),
        (Some(_), Some((span, _))) => Err(syn::Error::new(
            *span,
            "both `len` (bytes) and `count` (elements); keep one",
        )),
        (None, None) => Err(syn::Error::new(
            ty.span(),
            "say how long it is: `len = u16` or `len = earlier_field` in bytes, `count = ..` in elements, with `max = ..`",
        )),
    };
    if let Some(text) = octets(ty) {
        return match sourced()? {
            (source, true) => Ok(Shape::Octets { text, source }),
            (_, false) => Err(syn::Error::new(
                ty.span(),
                "the length of a text or byte string is in bytes: use `len`",
            )),
        };
    }
    if let Some(element) = generic(ty, "Vec") {
        let (source, bytes) = sourced()?;
        if let Type::Tuple(pair) = element {
            let [key, value] = [0, 1].map(|index| pair.elems.iter().nth(index));
            let (Some(key), Some(value), 2) = (key, value, pair.elems.len()) else {
                return Err(syn::Error::new(
                    pair.span(),
                    "a map is a `Vec<(Key, Value)>`",
                ));
            };
            let key = item(key, attrs.key.as_ref(), "key", attrs)?;
            let value = item(value, attrs.value.as_ref(), "value", attrs)?;
            return Ok(Shape::Map {
                key,
                value,
                source,
                bytes,
            });
        }
        return Ok(Shape::List {
            item: item(element, attrs.item.as_ref(), "item", attrs)?,
            source,
            bytes,
        });
    }
    number(ty, attrs)
}

fn number(ty: &Type, attrs: &FieldAttrs) -> syn::Result<Shape> {
    let repr = match &attrs.code {
        Some(repr) if scalar_bytes(repr).is_some() && !repr.to_string().starts_with('f') => {
            repr.clone()
        }
        Some(repr) => {
            return Err(syn::Error::new(
                repr.span(),
                "a code is an integer: `code = u8`, `code = u16` ...",
            ));
        }
        None => match named(ty).filter(|ident| scalar_bytes(ident).is_some()) {
            Some(ident) => ident.clone(),
            None => {
                return Err(syn::Error::new(
                    ty.span(),
                    "unsupported type; for an enum of codes say `code = u8`, for a struct that derives `Header` say `nested`",
                ));
            }
        },
    };
    let whole = scalar_bytes(&repr).unwrap_or(1);
    let is_float = repr.to_string().starts_with('f');
    if let Some(bits) = &attrs.bits {
        let count: u32 = bits.base10_parse()?;
        let most = if repr == "bool" { 1 } else { 8 * whole as u32 };
        if count == 0 || count > most || is_float {
            return Err(syn::Error::new(
                bits.span(),
                format!("a bit field of type `{repr}` has 1 to {most} bits"),
            ));
        }
        return Ok(Shape::Bits {
            repr,
            bits: count,
            shift: 0,
            group: 0,
            first: false,
            last: false,
        });
    }
    let bytes = match &attrs.bytes {
        None => whole,
        Some(bytes) => {
            let count: usize = bytes.base10_parse()?;
            if count == 0 || count > whole || is_float && count != whole {
                return Err(syn::Error::new(
                    bytes.span(),
                    format!("a field of type `{repr}` has 1 to {whole} bytes"),
                ));
            }
            count
        }
    };
    Ok(Shape::Scalar { repr, bytes })
}

fn item(ty: &Type, prefix: Option<&ItemAttr>, name: &str, attrs: &FieldAttrs) -> syn::Result<Item> {
    if let Some(text) = octets(ty) {
        let missing = || {
            syn::Error::new(
                ty.span(),
                format!("say how long it is: `{name}(len = u16, max = 64)`"),
            )
        };
        return Ok(Item::Octets {
            text,
            ty: ty.clone(),
            prefix: prefix.cloned().ok_or_else(missing)?,
        });
    }
    if let Some(ident) = named(ty)
        && let Some(bytes) = scalar_bytes(ident)
    {
        return Ok(Item::Scalar {
            repr: ident.clone(),
            bytes,
        });
    }
    if attrs.nested.is_some() {
        return Ok(Item::Nested { ty: ty.clone() });
    }
    Err(syn::Error::new(
        ty.span(),
        "unsupported element type; for a struct that derives `Header` say `nested`",
    ))
}

/// Whether `ty` is a run of bytes, and if so whether it is text.
fn octets(ty: &Type) -> Option<bool> {
    if is_named(ty, "String") {
        return Some(true);
    }
    let bytes =
        is_named(ty, "Bytes") || generic(ty, "Vec").is_some_and(|element| is_named(element, "u8"));
    bytes.then_some(false)
}

fn scalar_bytes(ident: &Ident) -> Option<usize> {
    Some(match ident.to_string().as_str() {
        "u8" | "i8" | "bool" => 1,
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" => 4,
        "u64" | "i64" | "f64" => 8,
        "u128" | "i128" => 16,
        _ => return None,
    })
}

fn named(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    path.path
        .segments
        .last()
        .filter(|segment| segment.arguments.is_none())
        .map(|segment| &segment.ident)
}

fn is_named(ty: &Type, name: &str) -> bool {
    named(ty).is_some_and(|ident| ident == name)
}

/// `T` of `Name<T>`.
fn generic<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
