//! A type that derives `Header`: its fields with shapes and roles, or its alternatives.

use std::fmt;

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Expr, Fields, FieldsNamed, GenericParam, Generics,
    Lifetime, LitInt, Type, Visibility,
};

use crate::attr::{FieldAttrs, Order, Over, Problems, TypeAttrs, VariantAttrs};
use crate::condition::Condition;
use crate::shape::{Extent, Shape, argument_of, is_borrowed, scalar_bytes};
use crate::{choices, rules};

pub(crate) enum Input {
    Header(Box<Header>),
    Choice(Box<Choice>),
}

/// What all types have.
pub(crate) struct Named {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// The lifetime of the bytes that are read: the type's own, or one that it does not have.
    pub(crate) lifetime: Lifetime,
}

/// A struct: a header or part.
pub(crate) struct Header {
    pub(crate) named: Named,
    pub(crate) part: bool,
    pub(crate) fields: Vec<Field>,
    /// The names of fields with mistakes, which are in no list: nothing is said of what rests on them.
    pub(crate) broken: Vec<Ident>,
}

/// An enum of parts.
pub(crate) struct Choice {
    pub(crate) named: Named,
    /// How its own tag is written, if it has one.
    pub(crate) tag: Option<Tag>,
    pub(crate) alternatives: Vec<Alternative>,
    /// The variant for all other tags: its name, the type of the tag and the part.
    pub(crate) other: Option<(Ident, Type, Type)>,
}

pub(crate) struct Tag {
    pub(crate) form: crate::attr::Form,
    pub(crate) order: Order,
}

pub(crate) struct Alternative {
    pub(crate) ident: Ident,
    pub(crate) tag: Expr,
    pub(crate) part: Option<Type>,
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// What it is, without the `Option` of a field that is not always there.
    pub(crate) ty: Type,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) order: Order,
    pub(crate) shape: Shape,
    pub(crate) presence: Presence,
    pub(crate) attrs: FieldAttrs,
    /// Which of the fields that begin with bytes of their own: those of a group of bits have one place.
    pub(crate) place: usize,
    /// Its number among the fields.
    pub(crate) index: usize,
}

/// When a field is there.
pub(crate) enum Presence {
    Always,
    When(Condition),
    Room,
    /// Unless its length is this number.
    Null(Expr),
}

impl Input {
    pub(crate) fn from(input: &DeriveInput, problems: &mut Problems) -> Option<Self> {
        let is_enum = matches!(input.data, Data::Enum(_));
        let attrs = TypeAttrs::parse(&input.attrs, is_enum, problems);
        let named = Named::from(input, problems)?;
        match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => Header::from(named, &attrs, fields, problems)
                    .map(|header| Self::Header(Box::new(header))),
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
                    None
                }
            },
            Data::Enum(data) => {
                let choice = Choice::from(named, &attrs, data, problems)?;
                Some(Self::Choice(Box::new(choice)))
            }
            Data::Union(data) => {
                problems.add(
                    data.union_token.span,
                    "`Header` is derived on structs and enums, not on unions",
                );
                None
            }
        }
    }
}

impl Named {
    fn from(input: &DeriveInput, problems: &mut Problems) -> Option<Self> {
        let mut lifetimes = input.generics.lifetimes();
        let own = lifetimes.next().map(|param| param.lifetime.clone());
        if let Some(second) = lifetimes.next() {
            problems.at(
                second,
                "a header borrows from one message, so it has at most one lifetime",
            );
            return None;
        }
        Some(Self {
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            generics: input.generics.clone(),
            lifetime: own.unwrap_or_else(|| Lifetime::new("'a", Span::call_site())),
        })
    }

    /// Whether it borrows from the message.
    pub(crate) fn is_borrowed(&self) -> bool {
        self.generics.lifetimes().next().is_some()
    }

    /// The type parameters.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Ident> {
        let params = self.generics.params.iter();
        params.filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            _ => None,
        })
    }
}

impl Header {
    fn from(
        named: Named,
        attrs: &TypeAttrs,
        fields: &FieldsNamed,
        problems: &mut Problems,
    ) -> Option<Self> {
        let order_is_known = attrs.order.is_some() || !problems.is_empty();
        let mut header = Self {
            named,
            part: attrs.part.is_some(),
            fields: Vec::new(),
            broken: Vec::new(),
        };
        for field in &fields.named {
            let field_attrs = FieldAttrs::parse(&field.attrs, problems);
            let Some(ident) = field.ident.clone() else {
                continue;
            };
            if field_attrs.is_broken {
                header.broken.push(ident);
                continue;
            }
            let inner = argument_of(&field.ty, "Option");
            let ty = inner.unwrap_or(&field.ty);
            let presence = rules::presence(&field_attrs, &field.ty, &header, problems);
            let shape = match Shape::of(ty, &field_attrs) {
                Ok(shape) => shape,
                Err(error) => {
                    problems.push(error);
                    header.broken.push(ident);
                    continue;
                }
            };
            let order = field_attrs.order.or(attrs.order);
            if is_borrowed(ty) && !header.named.is_borrowed() {
                problems.at(ty,
                    "what is borrowed needs the lifetime of the message: `struct Name<'a>` and `&'a str`",
                );
            }
            let is_doc = |attr: &&Attribute| attr.path().is_ident("doc");
            header.fields.push(Field {
                ident,
                ty: ty.clone(),
                docs: field.attrs.iter().filter(is_doc).cloned().collect(),
                order: order.unwrap_or(Order::Big),
                shape,
                presence,
                attrs: field_attrs,
                place: 0,
                index: header.fields.len(),
            });
        }
        header.place_bits(problems);
        let open = |field: &&Field| field.attrs.order.is_none() && field.shape.needs_order();
        if let (false, Some(field)) = (order_is_known, header.fields.iter().find(open)) {
            let message = "the byte order is not stated; say `#[header(big_endian)]` or \
                `#[header(little_endian)]` on the struct";
            problems.at(&field.ty, message);
        }
        header.number_places();
        rules::check(&header, problems);
        Some(header)
    }

    /// The field whose length or count stands in `field`.
    pub(crate) fn measured_by(&self, field: &Ident) -> Option<&Field> {
        self.fields.iter().find(
            |other| matches!(other.shape.extent(), Some(Extent::Field(name)) if name == field),
        )
    }

    /// The field whose alternative `field` tells.
    pub(crate) fn chosen_by(&self, field: &Ident) -> Option<&Field> {
        self.fields
            .iter()
            .find(|other| matches!(&other.shape, Shape::Choice { tag } if tag == field))
    }

    pub(crate) fn field(&self, name: &Ident) -> Option<&Field> {
        self.fields.iter().find(|field| field.ident == *name)
    }

    /// Whether the fields behind the body begin with this one, or would begin after the last.
    pub(crate) fn header_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(|field| field.attrs.trailer.is_none())
    }

    pub(crate) fn trailers(&self) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(|field| field.attrs.trailer.is_some())
    }

    pub(crate) fn checksums(&self) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(|field| field.attrs.checksum.is_some())
    }

    /// Whether the length of the message is that of its header and trailers.
    pub(crate) fn has_no_body(&self) -> bool {
        self.fields
            .iter()
            .any(|field| field.attrs.no_body.is_some())
    }

    /// Whether all is of a width that the declaration tells, with nothing to be worked out.
    pub(crate) fn is_fixed(&self) -> bool {
        let plain = |field: &Field| {
            let attrs = &field.attrs;
            field.shape.is_fixed()
                && matches!(field.presence, Presence::Always)
                && attrs.align.is_none()
                && attrs.trailer.is_none()
                && attrs.checksum.is_none()
                && attrs.no_body.is_none()
                && self.measured_by(&field.ident).is_none()
                && self.chosen_by(&field.ident).is_none()
        };
        self.fields.iter().all(plain)
    }

    fn number_places(&mut self) {
        let mut places: usize = 0;
        for field in &mut self.fields {
            let continues = matches!(field.shape, Shape::Bits { first: false, .. });
            if !continues {
                places += 1;
            }
            field.place = places.saturating_sub(1);
        }
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
            let is_whole = total.is_multiple_of(8) && total <= 128;
            if run > 0 && !is_whole && self.broken.is_empty() {
                let span = self.fields[start + run - 1]
                    .attrs
                    .bits
                    .as_ref()
                    .map_or_else(Span::call_site, LitInt::span);
                let way_out = match total {
                    129.. => "give some of them whole bytes".to_owned(),
                    _ => format!("add a `reserved` field of {} bits", 8 - total % 8),
                };
                problems.add(
                    span,
                    format!(
                        "adjacent bit fields must fill whole bytes, at most 16; these are {total} bits: {way_out}"
                    ),
                );
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
}

impl Choice {
    fn from(
        named: Named,
        attrs: &TypeAttrs,
        data: &DataEnum,
        problems: &mut Problems,
    ) -> Option<Self> {
        if attrs.part.is_none() {
            problems.add(
                data.enum_token.span,
                "an enum is a choice between parts of a header: say `#[header(part)]`, and `tag = u8` if its tag stands before \
                 it; for an enum of codes use `codes!`, for headers that differ by direction `HeaderCodec<Request, Response>`",
            );
            return None;
        }
        let mut choice = Self {
            named,
            tag: attrs
                .tag
                .as_ref()
                .and_then(|(span, form)| tag(*span, form, attrs.order, problems)),
            alternatives: Vec::new(),
            other: None,
        };
        for variant in &data.variants {
            let variant_attrs = VariantAttrs::parse(&variant.attrs, problems);
            if variant_attrs.is_broken {
                continue;
            }
            for attr in variant.fields.iter().flat_map(|field| &field.attrs) {
                if attr.path().is_ident("header") {
                    problems.at(attr,
                        "the part of an alternative has no attributes; say what it needs in the part's own struct",
                    );
                }
            }
            let mut types = Vec::new();
            match &variant.fields {
                Fields::Unit => {}
                Fields::Unnamed(fields) => types.extend(fields.unnamed.iter().map(|it| &it.ty)),
                Fields::Named(fields) => {
                    problems.at(fields,
                        "an alternative is one part: `Name(Part)`, with a struct that derives `Header`, or `Name` alone",
                    );
                    continue;
                }
            }
            match (variant_attrs.tag, variant_attrs.other, types.as_slice()) {
                (Some(tag), None, [] | [_]) => choice.alternatives.push(Alternative {
                    ident: variant.ident.clone(),
                    tag,
                    part: types.first().map(|ty| (*ty).clone()),
                }),
                (None, Some(_), [tag, part]) if choice.other.is_none() => {
                    choice.other = Some((variant.ident.clone(), (*tag).clone(), (*part).clone()));
                }
                (None, Some(span), [_, _]) => {
                    problems.add(span, "a second variant for all other tags; keep one");
                }
                (None, Some(span), _) => problems.add(
                    span,
                    "what stands for all other tags keeps the tag: `Name(u8, Part)`",
                ),
                (Some(tag), Some(_), _) => {
                    problems.at(tag, "`other` has no tag of its own; keep one of both");
                }
                (Some(_), None, _) => problems.at(&variant.fields,
                    "an alternative is one part: `Name(Part)`, or `Name` alone",
                ),
                (None, None, _) => problems.at(&variant.ident,
                    "say which tag chooses it: `#[header(tag = 1)]`, or `#[header(other)]` for all others",
                ),
            }
        }
        choices::check(&choice, attrs, problems);
        if choice.alternatives.is_empty() && problems.is_empty() {
            problems.at(
                &choice.named.ident,
                "there is nothing to choose from; add a variant with `#[header(tag = 1)]`",
            );
        }
        Some(choice)
    }
}

impl Choice {
    /// Bits of the tag: those of its own, or as many as a field can have.
    pub(crate) fn tag_bits(&self) -> u32 {
        self.tag.as_ref().map_or(64, |tag| tag.form.bits())
    }
}

fn tag(span: Span, ident: &Ident, order: Option<Order>, problems: &mut Problems) -> Option<Tag> {
    let form = crate::attr::form(ident).filter(|_| !ident.to_string().starts_with('i'));
    let Some(form) = form else {
        problems.at(
            ident,
            "a tag is an unsigned number: `tag = u8`, `tag = u16`, `tag = varint` ...",
        );
        return None;
    };
    if form.min() > 1 && order.is_none() {
        problems.add(
            span,
            "the byte order is not stated; say `#[header(big_endian)]` or `#[header(little_endian)]` on the enum",
        );
    }
    Some(Tag {
        form,
        order: order.unwrap_or(Order::Big),
    })
}

impl Field {
    /// Bits of a number on the wire, the most where it varies; 0 for other shapes.
    pub(crate) fn bit_count(&self) -> u32 {
        match &self.shape {
            Shape::Scalar { bytes, .. } => 8 * *bytes as u32,
            Shape::Bits { bits, .. } => *bits,
            Shape::Varint { repr, bytes, .. } => {
                let whole = scalar_bytes(repr).unwrap_or(8);
                (7 * *bytes as u32).min(8 * whole as u32)
            }
            _ => 0,
        }
    }

    pub(crate) fn repr(&self) -> Option<&Ident> {
        match &self.shape {
            Shape::Scalar { repr, .. } | Shape::Bits { repr, .. } | Shape::Varint { repr, .. } => {
                Some(repr)
            }
            _ => None,
        }
    }

    /// A plain unsigned number.
    pub(crate) fn is_unsigned(&self) -> bool {
        self.repr()
            .is_some_and(|repr| repr.to_string().starts_with('u'))
            && self.attrs.code.is_none()
    }

    pub(crate) fn is_number(&self) -> bool {
        self.repr().is_some() && !self.is_float()
    }

    pub(crate) fn is_float(&self) -> bool {
        self.repr()
            .is_some_and(|repr| repr.to_string().starts_with('f'))
    }

    pub(crate) fn is_always(&self) -> bool {
        matches!(self.presence, Presence::Always)
    }

    /// What the number on the wire is multiplied with, where that is stated of a number.
    pub(crate) fn scale(&self) -> Option<&LitInt> {
        self.attrs.scale.as_ref().filter(|_| self.repr().is_some())
    }

    /// The roles of lengths, each with its name.
    pub(crate) fn length_role(&self) -> Option<(&'static str, Span)> {
        let attrs = &self.attrs;
        [
            ("frame_len", attrs.frame_len),
            ("rest_len", attrs.rest_len),
            ("header_len", attrs.header_len),
            ("body_len", attrs.body_len),
        ]
        .into_iter()
        .find_map(|(name, span)| Some((name, span?)))
    }

    /// The numbers that the declaration states: the constant and the codes, each with what it is.
    pub(crate) fn stated(&self) -> impl Iterator<Item = (&'static str, &Expr)> {
        let attrs = &self.attrs;
        let listed = [&attrs.message_type, &attrs.status].into_iter().flatten();
        let codes = listed
            .flat_map(|(_, codes)| codes.iter().map(|(_, code)| code))
            .chain(&attrs.oneway)
            .chain(&attrs.heartbeat)
            .chain(&attrs.reply);
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

    /// The range of its checksum.
    pub(crate) fn over(&self) -> Option<&Over> {
        self.attrs.over.as_ref()
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
    pub(crate) fn holds(&self, number: i128) -> bool {
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
