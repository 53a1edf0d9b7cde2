//! Attributes of one field, and fields of one header, that exclude each other although each is right where it stands.

use proc_macro2::{Ident, Span};
use syn::Expr;
use syn::spanned::Spanned;

use crate::ast::{Field, Header};
use crate::attr::{Codes, Problems};
use crate::choices::number;
use crate::rules::role;
use crate::shape::{Extent, Item, Shape};

pub(crate) fn check(header: &Header, field: &Field, problems: &mut Problems) {
    check_forms(field, problems);
    check_order(header, field, problems);
    check_items(field, problems);
    check_constant(field, problems);
    check_reserved(field, problems);
    check_lengths(field, problems);
    check_codes(field, problems);
    check_key(header, field, problems);
    check_rest(header, field, problems);
    check_range(header, field, problems);
}

/// Two ways to write one value.
fn check_forms(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let two = |first: Option<Span>, second: Option<Span>| first.and(second);
    let bytes = attrs.bytes.as_ref().map(Spanned::span);
    let bits = attrs.bits.as_ref().map(Spanned::span);
    let nested = attrs.nested.filter(|_| attrs.tag.is_none());
    let rules = [
        (
            two(attrs.varint, attrs.vlq),
            "two forms of a variable-length number; keep one of `varint` and `vlq`",
        ),
        (
            two(bits, bytes),
            "two widths of one number; keep one of `bits` and `bytes`",
        ),
        (
            two(
                attrs.pad.as_ref().map(|(span, _)| *span),
                attrs.max.as_ref().map(Spanned::span),
            ),
            "a padded field has as many bytes as `bytes` says; remove `max`",
        ),
        (
            two(
                attrs.with.as_ref().map(Spanned::span),
                attrs.tag.as_ref().map(Spanned::span),
            ),
            "`with` and `tag` both say what is read; keep one",
        ),
        (
            two(attrs.request_id, attrs.stream_id),
            "hosts replace each of the two ids by itself; keep one of `request_id` and `stream_id`",
        ),
        (
            two(attrs.tag.as_ref().map(Spanned::span), attrs.nested),
            "`tag` says that an enum of parts follows; remove `nested`",
        ),
        (
            two(nested, attrs.code.as_ref().map(Spanned::span)),
            "a nested part is no code; keep one of `nested` and `code`",
        ),
    ];
    for (span, message) in rules {
        if let Some(span) = span {
            problems.add(span, message);
        }
    }
}

/// A byte order where there is none, or two where bits share their bytes.
fn check_order(header: &Header, field: &Field, problems: &mut Problems) {
    let is_bits = matches!(field.shape, Shape::Bits { .. });
    if let Some(span) = field.attrs.order_span
        && !is_bits
        && !field.shape.needs_order()
    {
        problems.add(
            span,
            "nothing in this field has a byte order; remove it (a nested part states its own)",
        );
    }
    let first = header.fields.iter().find(|it| it.place == field.place);
    if let Some(first) = first
        && is_bits
        && first.order != field.order
    {
        let span = field.attrs.order_span.or(first.attrs.order_span);
        problems.add(
            span.unwrap_or_else(|| field.ident.span()),
            "bit fields that share their bytes have one byte order; say it of all or on the struct",
        );
    }
}

/// What is said of items that find their own end.
fn check_items(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let given = match &field.shape {
        Shape::List { .. } => [attrs.item.as_ref(), None],
        Shape::Map { .. } => [attrs.key.as_ref(), attrs.value.as_ref()],
        _ => return,
    };
    for (item, given) in field.shape.items().zip(given) {
        if let (Item::Nested { .. }, Some((span, _))) = (item, given) {
            problems.add(
                *span,
                "a nested part finds its own end; remove this, or say it in the part's struct",
            );
        }
    }
}

/// A constant that something else would have to change.
fn check_constant(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let Some(constant) = &attrs.constant else {
        return;
    };
    if attrs.reserved.is_some() {
        problems.at(constant,
            "a reserved field keeps what came, a constant refuses all but one value; keep one of both",
        );
    }
    let changing = [
        (field.length_role().map(|(_, span)| span), "a length"),
        (attrs.request_id, "a request id"),
        (attrs.stream_id, "a stream id"),
        (
            attrs.message_type.as_ref().map(|(span, _)| *span),
            "the kind of a message",
        ),
        (
            attrs.oneway.as_ref().map(Spanned::span),
            "a mark of one-way requests",
        ),
        (
            attrs.heartbeat.as_ref().map(Spanned::span),
            "a mark of heartbeats",
        ),
        (attrs.reply.as_ref().map(Spanned::span), "a mark of replies"),
        (attrs.status.as_ref().map(|(span, _)| *span), "a status"),
    ];
    if let Some((_, what)) = changing.iter().find(|(span, _)| span.is_some()) {
        problems.at(
            constant,
            format!(
                "{what} differs from message to message, so it is no constant; keep one of both"
            ),
        );
    }
}

/// A reserved field that means something after all.
fn check_reserved(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let Some(span) = attrs.reserved else { return };
    if field.repr().is_none() && !matches!(field.shape, Shape::Array { .. }) {
        problems.add(
            span,
            "`reserved` goes with a number, bit field or byte array",
        );
    } else if let Some((_, role)) = role(attrs) {
        problems.add(
            span,
            format!("what is reserved means nothing yet; keep one of `reserved` and `{role}`"),
        );
    } else if attrs.checksum.is_some() {
        problems.add(
            span,
            "what is reserved means nothing yet; keep one of `reserved` and `checksum`",
        );
    }
}

/// Two lengths in one field.
fn check_lengths(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let roles = [
        attrs.frame_len,
        attrs.rest_len,
        attrs.header_len,
        attrs.body_len,
    ];
    for span in roles.into_iter().flatten().skip(1) {
        problems.add(span, "one field is one length; keep one of its roles");
    }
}

/// Codes of which one hides another.
fn check_codes(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let mut add = |value: &Expr, name: &Ident, hidden: &str| {
        problems.at(
            value,
            format!("`{name}` has this code already, so {hidden}; correct one of both"),
        );
    };
    let same = |left: &Expr, right: &Expr| number(left).is_some_and(|it| Some(it) == number(right));
    if let Some((_, kinds)) = &attrs.message_type {
        for (index, (name, value)) in kinds.iter().enumerate() {
            let earlier = kinds.iter().take(index);
            if let Some((first, _)) = earlier.clone().find(|(_, code)| same(code, value)) {
                add(value, first, &format!("no message is ever `{name}`"));
            }
        }
    }
    if let Some((_, codes)) = &attrs.status {
        check_errors(codes, same, add);
    }
}

/// Error codes may be the same, but none of them that of success.
fn check_errors(
    codes: &Codes,
    same: impl Fn(&Expr, &Expr) -> bool,
    mut add: impl FnMut(&Expr, &Ident, &str),
) {
    let Some((ok, success)) = codes.iter().find(|(name, _)| name == "ok") else {
        return;
    };
    for (name, value) in codes.iter().filter(|(name, _)| name != "ok") {
        if same(value, success) {
            add(value, ok, &format!("`{name}` would read as success"));
        }
    }
}

/// A key of a property that is none, or that an earlier field has.
fn check_key(header: &Header, field: &Field, problems: &mut Problems) {
    let Some((_, Some(key))) = &field.attrs.metadata else {
        return;
    };
    let name = key.value();
    if name.is_empty() || name.chars().any(char::is_control) {
        problems.at(
            key,
            "a key is a text of at least one character, without control characters",
        );
    }
    let has_key = |other: &&Field| {
        let theirs = other
            .attrs
            .metadata
            .as_ref()
            .and_then(|(_, key)| key.as_ref());
        theirs.is_some_and(|theirs| theirs.value().eq_ignore_ascii_case(&name))
    };
    if let Some(earlier) = header.fields.iter().take(field.index).find(has_key) {
        problems.at(
            key,
            format!(
                "`{}` has this key already; keys differ in more than case",
                earlier.ident
            ),
        );
    }
}

/// A field for which nothing is ever left.
fn check_rest(header: &Header, field: &Field, problems: &mut Problems) {
    let mut before = header.fields.iter().take(field.index);
    let taker = before.find(|it| it.is_always() && matches!(it.shape.extent(), Some(Extent::Rest)));
    // Without the length of the header nothing is left even for that one, which is said of it.
    let is_moot = field.attrs.trailer.is_some() || field.attrs.header_len.is_some();
    if let (Some(taker), false) = (taker, is_moot) {
        problems.at(
            &field.ident,
            format!(
                "`{}` takes all that is left, so nothing is left for this; move it up",
                taker.ident
            ),
        );
    }
}

/// The range of a checksum that begins or ends where there is no place between two bytes, or ends before it begins.
fn check_range(header: &Header, field: &Field, problems: &mut Problems) {
    let Some(over) = field.over() else { return };
    let place = |name: &Ident| {
        if name == "body" {
            return Some(header.header_fields().count());
        }
        let found = header.field(name)?;
        let behind = usize::from(found.attrs.trailer.is_some());
        Some(found.index + behind)
    };
    if let (Some(from), Some(to)) = (&over.from, &over.to)
        && let (Some(first), Some(last)) = (place(from), place(to))
        && (last < first || (last == first && !over.inclusive))
    {
        problems.at(
            to,
            format!(
                "the range is empty, since `{to}` does not stand behind `{from}`; correct its ends"
            ),
        );
    }
    for (edge, is_last) in [(&over.from, false), (&over.to, over.inclusive)] {
        let Some(name) = edge else { continue };
        let splits = header.field(name).is_some_and(|end| match end.shape {
            Shape::Bits { last, .. } if is_last => !last,
            Shape::Bits { first, .. } => !first,
            _ => false,
        });
        if splits {
            problems.at(name,
                format!(
                    "a range is of whole bytes, and `{name}` is within a group of bit fields; name the first of the group where \
                     the range begins, the last where it ends"
                ),
            );
        }
    }
}
