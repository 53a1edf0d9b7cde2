//! The rules between attributes, types and fields. Each complaint names the rule and the way out.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Expr, Lit, Type, UnOp};

use crate::ast::{Field, Header, Presence};
use crate::attr::{FieldAttrs, Over, Problems};
use crate::combinations;
use crate::condition::Condition;
use crate::expand::seal;
use crate::shape::{Extent, Item, Shape, argument_of, is_borrowed, octets};

/// When a field of type `ty` is there; it is an `Option` if it is not always.
pub(crate) fn presence(
    attrs: &FieldAttrs,
    ty: &Type,
    earlier: &Header,
    problems: &mut Problems,
) -> Presence {
    let given = [
        attrs.when.as_ref().map(Spanned::span),
        attrs.optional,
        attrs.null.as_ref().map(Spanned::span),
    ];
    let mut spans = given.into_iter().flatten();
    let first = spans.next();
    if let Some(second) = spans.next() {
        problems.add(
            second,
            "two rules say when it is there; keep one of `when`, `optional` and `null`",
        );
    }
    let is_option = argument_of(ty, "Option").is_some();
    match first {
        Some(_) if !is_option => problems.at(ty,
            "what is not always there is an `Option`: write `Option<..>` as its type",
        ),
        None if is_option => problems.at(ty,
            "say when it is there: `when = flags & 1 != 0` by earlier fields, `optional` where bytes are left, or `null = -1` \
             by its length",
        ),
        _ => {}
    }
    if let Some(when) = &attrs.when {
        return match Condition::of(when, earlier) {
            Ok(condition) => Presence::When(condition),
            Err(error) => {
                problems.push(error);
                Presence::Room
            }
        };
    }
    match &attrs.null {
        Some(null) => Presence::Null(null.clone()),
        None if attrs.optional.is_some() => Presence::Room,
        None => Presence::Always,
    }
}

pub(crate) fn check(header: &Header, problems: &mut Problems) {
    check_unique(header, problems);
    for field in &header.fields {
        check_fits(field, problems);
        check_length(field, problems);
        check_roles(field, problems);
        check_stated(field, problems);
        if let Some(Extent::Field(name)) = field.shape.extent() {
            check_source(header, field, name, problems);
        }
        if let Shape::Choice { tag } = &field.shape {
            check_tag(header, field, tag, problems);
        }
        check_place(header, field, problems);
        check_condition(header, field, problems);
        check_checksum(header, field, problems);
        combinations::check(header, field, problems);
        if let (true, Some((span, role))) = (header.part, role(&field.attrs)) {
            problems.add(
                span,
                format!("`{role}` belongs in the outermost header; a `part` has no roles"),
            );
        }
    }
    check_no_body(header, problems);
    let has_length = header.fields.iter().any(|field| {
        let attrs = &field.attrs;
        attrs.frame_len.is_some() || attrs.rest_len.is_some() || attrs.body_len.is_some()
    });
    if !header.part && !has_length && header.broken.is_empty() {
        problems.at(&header.named.ident,
            "no field gives the length of the message; mark one with `frame_len` (whole message), `rest_len` (all after it) \
             or `body_len`, or say `#[header(part)]` if this struct is nested in another header",
        );
    }
}

fn check_unique(header: &Header, problems: &mut Problems) {
    type Role = (&'static str, fn(&FieldAttrs) -> Option<Span>);
    let roles: [Role; 11] = [
        ("frame_len", |attrs| attrs.frame_len),
        ("rest_len", |attrs| attrs.rest_len),
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
        let given = header.fields.iter().filter_map(|field| span(&field.attrs));
        for again in given.skip(1) {
            problems.add(
                again,
                format!("a second field has the role `{role}`; a header has at most one"),
            );
        }
    }
    let maps = header.fields.iter().filter_map(|field| {
        let (span, key) = field.attrs.metadata.as_ref()?;
        key.is_none().then_some(*span)
    });
    for again in maps.skip(1) {
        problems.add(
            again,
            "a second map of properties; hosts could set and remove in one only, so a header has at most one",
        );
    }
    let frames = header.fields.iter().filter_map(|field| {
        let attrs = &field.attrs;
        attrs.frame_len.or(attrs.rest_len)
    });
    let both = header
        .fields
        .iter()
        .any(|field| field.attrs.frame_len.is_some());
    if let (true, Some(rest)) = (
        both,
        header.fields.iter().find_map(|field| field.attrs.rest_len),
    ) && frames.count() > 1
    {
        problems.add(
            rest,
            "`rest_len` and `frame_len` both give the length of the message; keep one",
        );
    }
}

/// A message that is all header.
fn check_no_body(header: &Header, problems: &mut Problems) {
    for field in &header.fields {
        let attrs = &field.attrs;
        let Some(span) = attrs.no_body else { continue };
        if attrs.frame_len.or(attrs.rest_len).is_none() {
            problems.add(
                span,
                "`no_body` goes with the length of the message: `frame_len` or `rest_len`",
            );
        } else if let Some(body) = header.fields.iter().find_map(|field| field.attrs.body_len) {
            problems.add(
                body,
                "a message with `no_body` has no `body_len`; remove one of both",
            );
        }
    }
}

/// Attributes that mean nothing for the field's shape.
fn check_fits(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let shape = &field.shape;
    let is_number = field.repr().is_some();
    let extent = shape.extent();
    let has_length = matches!(extent, Some(Extent::Prefix(_) | Extent::Field(_)));
    let is_list = matches!(shape, Shape::List { .. });
    let is_map = matches!(shape, Shape::Map { .. });
    let takes_extent = extent.is_some();
    // What `with` makes of these is said below.
    let is_custom = matches!(shape, Shape::Custom { .. });
    let ends_stated = attrs.len.is_some()
        || attrs.count.is_some()
        || attrs.until.is_some()
        || attrs.rest.is_some();
    let plain_integer = is_number
        && !field.is_float()
        && field.repr().is_some_and(|repr| repr != "bool")
        && attrs.code.is_none();
    let role = field.length_role();
    let rules: [(Option<Span>, bool, &str); 17] = [
        (
            attrs.zigzag,
            matches!(shape, Shape::Varint { .. }),
            "`zigzag` goes with `varint` or `vlq`",
        ),
        (
            attrs.bits.as_ref().map(Spanned::span),
            matches!(shape, Shape::Bits { .. }),
            "`bits` goes with a number or flag of fixed width",
        ),
        (
            attrs.bytes.as_ref().map(Spanned::span),
            matches!(shape, Shape::Scalar { .. } | Shape::Varint { .. })
                || attrs.pad.is_some()
                || attrs.bits.is_some(),
            "`bytes` goes with a number, or with `pad` and a text or bytes",
        ),
        (
            attrs.code.as_ref().map(Spanned::span),
            is_number,
            "`code` goes with a number",
        ),
        (
            attrs.varint.or(attrs.vlq),
            matches!(shape, Shape::Varint { .. }),
            "a variable-length number is an integer field; in a list say `item(varint)`",
        ),
        (
            attrs.scale.as_ref().map(Spanned::span),
            plain_integer || has_length,
            "`scale` goes with an integer, or with `len` or `count`",
        ),
        (
            attrs.offset.as_ref().map(Spanned::span),
            role.is_some() || has_length,
            "`offset` goes with `frame_len`, `rest_len`, `header_len`, `body_len`, `len` or `count`",
        ),
        (
            attrs.max.as_ref().map(Spanned::span),
            // What is wrong with these is said of them.
            role.is_some() || takes_extent || ends_stated,
            "`max` goes with a length: `len`, `count`, `until`, `rest` or a role such as `frame_len`",
        ),
        (
            attrs.len.as_ref().map(|(span, _)| *span),
            takes_extent || is_custom,
            "`len` goes with a text, bytes, a list, a map or a nested part",
        ),
        (
            attrs.count.as_ref().map(|(span, _)| *span),
            is_list || is_map || is_custom,
            "`count` goes with a list or map",
        ),
        (
            attrs.until.as_ref().map(|(span, _)| *span),
            takes_extent && !matches!(shape, Shape::Nested { .. }) || is_custom,
            "`until` goes with a text, bytes, a list or a map",
        ),
        (
            attrs.pad.as_ref().map(|(span, _)| *span),
            matches!(shape, Shape::Octets { .. }),
            "`pad` goes with a text or bytes",
        ),
        (
            attrs.rest,
            takes_extent || is_custom,
            "`rest` goes with a text, bytes, a list, a map or a nested part",
        ),
        (
            attrs.item.as_ref().map(|(span, _)| *span),
            is_list,
            "`item` goes with a list, `Vec<T>`",
        ),
        (
            attrs
                .key
                .as_ref()
                .or(attrs.value.as_ref())
                .map(|(span, _)| *span),
            is_map,
            "`key` and `value` go with a map, `Vec<(K, V)>`",
        ),
        (
            attrs.null.as_ref().map(Spanned::span),
            matches!(extent, Some(Extent::Prefix(_))),
            "`null` goes with a length directly before the value: `len = i16, null = -1`",
        ),
        (
            attrs.nested,
            matches!(shape, Shape::Nested { .. })
                || matches!(shape, Shape::Choice { .. })
                || shape
                    .items()
                    .any(|item| matches!(item, Item::Nested { .. })),
            "`nested` goes with a type that derives `Header`",
        ),
    ];
    for (span, fits, message) in rules {
        if let (Some(span), false) = (span, fits) {
            problems.add(span, message);
        }
    }
    if let Some(scale) = field.scale() {
        let stated = attrs.constant.is_some()
            || attrs.message_type.is_some()
            || attrs.status.is_some()
            || attrs.oneway.is_some()
            || attrs.heartbeat.is_some()
            || attrs.request_id.is_some()
            || attrs.stream_id.is_some()
            || attrs.reply.is_some();
        if stated {
            problems.at(
                scale,
                "an id and a number with codes or a constant have no scale; remove one",
            );
        }
    }
    if let Some(scale) = &attrs.scale
        && !scale.base10_parse::<u32>().is_ok_and(|scale| scale > 0)
    {
        problems.at(scale, "a scale is at least 1 and at most 32 bits wide");
    }
    if matches!(shape, Shape::Bits { .. }) && !field.is_always() {
        problems.at(&field.ty,
            "bit fields share their bytes, so they are always there; put the group into a nested part and say `when` of that",
        );
    }
    if let Some(align) = &attrs.align {
        if !align.base10_parse::<u16>().is_ok_and(|align| align > 0) {
            problems.at(align, "an alignment is 1 to 65535 bytes");
        }
        if matches!(shape, Shape::Bits { last: false, .. }) {
            problems.at(align,
                "within a group of bit fields there is nothing to align; say `align` of its last field",
            );
        }
    }
    let ends = [
        attrs.len.as_ref().map(|(span, _)| *span),
        attrs.count.as_ref().map(|(span, _)| *span),
        attrs.until.as_ref().map(|(span, _)| *span),
        attrs.rest,
    ];
    if let (true, Some(span)) = (is_custom, ends.into_iter().flatten().next()) {
        problems.add(
            span,
            "the functions of `with` find the end themselves; remove this, or `with`",
        );
    }
}

/// Lengths without a stated maximum, and of the wrong type.
fn check_length(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    if let Some((role, span)) = field.length_role() {
        let is_custom = matches!(field.shape, Shape::Custom { .. });
        if !field.is_unsigned() && !is_custom {
            problems.at(
                &field.ty,
                format!("`{role}` needs an unsigned integer field"),
            );
        }
        if !field.is_always() {
            problems.add(
                span,
                format!("`{role}` must always be there, or nobody knows where the message ends"),
            );
        }
        if attrs.max.is_none() {
            problems.add(
                span,
                format!(
                    "`{role}` needs a stated maximum in bytes: `#[header({role}, max = 4 * MIB)]`"
                ),
            );
        }
    }
    if matches!(field.shape, Shape::Custom { .. }) {
        return;
    }
    let needs_max = attrs
        .len
        .as_ref()
        .or(attrs.count.as_ref())
        .map(|(span, _)| *span)
        .or(attrs.until.as_ref().map(|(span, _)| *span))
        .or(attrs.rest);
    if let (Some(span), None) = (needs_max, &attrs.max) {
        problems.add(
            span,
            "a length or count needs a stated maximum: `max = 256`",
        );
    }
}

fn check_roles(field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let is_octets = matches!(field.shape, Shape::Octets { .. });
    let mut number = |span: Option<Span>, role: &str| {
        if span.is_some() && !(field.is_number() && field.bit_count() <= 64) {
            problems.at(
                &field.ty,
                format!("`{role}` needs an integer or code of at most 64 bits"),
            );
        }
    };
    number(attrs.stream_id, "stream_id");
    number(
        attrs.message_type.as_ref().map(|(span, _)| *span),
        "message_type",
    );
    number(attrs.oneway.as_ref().map(Spanned::span), "oneway");
    number(attrs.heartbeat.as_ref().map(Spanned::span), "heartbeat");
    number(attrs.reply.as_ref().map(Spanned::span), "reply");
    number(attrs.status.as_ref().map(|(span, _)| *span), "status");
    for (span, role) in [
        (attrs.request_id, "request_id"),
        (attrs.operation, "operation"),
    ] {
        if span.is_some() && !is_octets && !(field.is_number() && field.bit_count() <= 64) {
            problems.at(
                &field.ty,
                format!("`{role}` needs an integer or code of at most 64 bits, a text or bytes"),
            );
        }
    }
    match (&attrs.metadata, &field.shape) {
        (None, _) => {}
        (Some((span, None)), Shape::Map { key, value, .. }) => {
            let is_octets = |item: &Item| matches!(item, Item::Octets { .. });
            if !is_octets(key) || !is_octets(value) {
                problems.add(
                    *span,
                    "a map of properties has texts or bytes as keys and values; change its type, or remove the role",
                );
            }
        }
        (Some((_, Some(_))), Shape::Octets { .. }) => {}
        (Some((_, Some(_))), _) if field.repr().is_some() && field.bit_count() <= 64 => {}
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
    if let (Some((span, None)), false) = (&attrs.metadata, field.is_always()) {
        problems.add(
            *span,
            "a map of properties is always there, or nothing could be set in it; remove the condition or the role",
        );
    }
    if let Some((span, codes)) = &attrs.status {
        for needed in ["ok", "other"] {
            if !codes.iter().any(|(name, _)| name == needed) {
                problems.add(
                    *span,
                    format!("`status` needs a code for `{needed}`: `status(ok = 0, other = 1)`"),
                );
            }
        }
    }
}

/// Looks at what is written out; of other expressions the compiler works out the values, see `checks`.
fn check_stated(field: &Field, problems: &mut Problems) {
    if let Some(constant) = &field.attrs.constant {
        if !field.shape.is_fixed() {
            problems.at(constant, "a constant is a number, bit field or byte array");
        }
        if let (Some((_, Lit::Int(_))), true) = (literal(constant), field.is_float()) {
            problems.at(
                constant,
                "the constant of a float is a float; write it with a point: `1.0`",
            );
        }
        if !field.is_always() {
            problems.at(
                constant,
                "a constant is always there; put it into a nested part and say when that is there",
            );
        }
    }
    if !field.is_number() {
        return;
    }
    let limit = field.limit();
    for (what, value) in field.stated() {
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
        problems.at(value, problem);
    }
}

/// A length that stands in the earlier field `name`.
fn check_source(header: &Header, field: &Field, name: &Ident, problems: &mut Problems) {
    let Some(source) = header.field(name) else {
        if !header.broken.contains(name) {
            problems.at(
                name,
                format!("no field `{name}`; name an earlier field, or a width such as `u16`"),
            );
        }
        return;
    };
    if source.index >= field.index {
        problems.at(
            name,
            format!(
                "`{name}` does not stand before this field; a length must precede what it measures"
            ),
        );
        return;
    }
    let mut earlier = header.fields.iter().take(field.index);
    if earlier.any(|other| uses(other, name)) {
        problems.at(
            name,
            format!("`{name}` is the length or tag of an earlier field already"),
        );
    }
    if !source.is_unsigned()
        || role(&source.attrs).is_some()
        || source.attrs.constant.is_some()
        || source.attrs.checksum.is_some()
        || source.attrs.reserved.is_some()
        || !source.is_always()
    {
        problems.at(name,
            format!(
                "`{name}` cannot be a length: that is an unsigned integer which is always there and is nothing else"
            ),
        );
    }
}

/// The earlier field that tells which alternative follows.
fn check_tag(header: &Header, field: &Field, name: &Ident, problems: &mut Problems) {
    let Some(tag) = header.field(name) else {
        if !header.broken.contains(name) {
            problems.at(
                name,
                format!("no field `{name}`; `tag` names an earlier field"),
            );
        }
        return;
    };
    if tag.index >= field.index {
        problems.at(
            name,
            format!(
                "`{name}` does not stand before this field; a tag must precede what it chooses"
            ),
        );
        return;
    }
    let is_plain = tag.is_number()
        && tag.is_always()
        && tag.attrs.constant.is_none()
        && tag.attrs.checksum.is_none()
        && tag.attrs.reserved.is_none()
        && tag.length_role().is_none()
        && tag.scale().is_none();
    if !is_plain {
        problems.at(
            name,
            format!("`{name}` cannot be a tag: that is a plain number which is always there"),
        );
    }
    let mut earlier = header.fields.iter().take(field.index);
    if earlier.any(|other| uses(other, name)) {
        problems.at(
            name,
            format!("`{name}` is the length or tag of an earlier field already"),
        );
    }
}

/// Whether `name` is the length or the tag of `field`.
fn uses(field: &Field, name: &Ident) -> bool {
    match (&field.shape, field.shape.extent()) {
        (Shape::Choice { tag }, _) => tag == name,
        (_, Some(Extent::Field(used))) => used == name,
        _ => false,
    }
}

/// A condition on a number that a writer works out, whatever the struct says of it.
fn check_condition(header: &Header, field: &Field, problems: &mut Problems) {
    let Presence::When(condition) = &field.presence else {
        return;
    };
    for name in &condition.fields {
        let is_computed = header.measured_by(name).is_some()
            || header
                .field(name)
                .is_some_and(|field| field.length_role().is_some());
        if is_computed {
            problems.add(
                name.span(),
                format!(
                    "`{name}` is computed when the header is written, so nothing can rest on what the struct says of it; use a \
                     flag or code of its own, or `optional`"
                ),
            );
        }
    }
}

/// Fields in places where they cannot be.
fn check_place(header: &Header, field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    if let Some(span) = attrs.trailer {
        let is_number = matches!(field.shape, Shape::Scalar { .. } | Shape::Array { .. });
        if header.part {
            problems.add(
                span,
                "a part has no body to stand behind; remove `trailer`, and the field stands where it is",
            );
        } else if !field.is_always() && !matches!(field.presence, Presence::When(_)) {
            problems.add(
                span,
                "whether a trailer is there must show in the header; say so with `when`",
            );
        } else if !is_number {
            problems.add(
                span,
                "what stands behind the body has a fixed width, so that it can be found: a number or byte array",
            );
        }
        if attrs.align.is_some() || field.length_role().is_some() {
            problems.add(
                span,
                "a trailer is neither aligned nor a length; remove `trailer` or the other",
            );
        }
    } else if let Some(before) = header
        .trailers()
        .find(|trailer| trailer.index < field.index)
    {
        problems.at(&field.ident,
            format!(
                "it stands after the trailer `{}`, so it is one as well: say `trailer`, or move it up",
                before.ident
            ),
        );
    }
    // The end is known where a field before gives the length of the header, or those of message and body.
    let stands_before = |role: fn(&FieldAttrs) -> bool| {
        let mut before = header.fields.iter().take(field.index);
        before.any(|other| role(&other.attrs))
    };
    let has_end = header.part
        || attrs.trailer.is_some()
        || !header.broken.is_empty()
        || stands_before(|attrs| attrs.header_len.is_some())
        || stands_before(|attrs| attrs.no_body.is_some())
        || stands_before(|attrs| attrs.body_len.is_some())
            && stands_before(|attrs| attrs.frame_len.or(attrs.rest_len).is_some());
    let is_optional = matches!(field.presence, Presence::Room);
    let takes_rest = attrs.rest.or(attrs.optional.filter(|_| is_optional));
    if let (Some(span), false) = (takes_rest, has_end) {
        problems.add(
            span,
            "no field before it says where the header ends, so nobody knows whether bytes are left; mark one with \
             `header_len`, the length of the message with `no_body`, or put this one into a nested part with `len`",
        );
    }
    let borrowed = is_borrowed(&field.ty) && octets(&field.ty).is_some();
    if let (true, Some(span)) = (borrowed, attrs.request_id) {
        problems.add(
            span,
            "a request id is replaced by hosts, so the header owns it: use `Bytes` or `Text`",
        );
    }
}

fn check_checksum(header: &Header, field: &Field, problems: &mut Problems) {
    let attrs = &field.attrs;
    let Some(checksum) = &attrs.checksum else {
        if let Some(Over { span, .. }) = field.over() {
            problems.add(
                *span,
                "`over` goes with `checksum`; say which, such as `checksum = crc32c`, or remove it",
            );
        }
        return;
    };
    let fits = field.is_unsigned()
        && matches!(field.shape, Shape::Scalar { .. })
        && field.bit_count() <= 64
        && field.scale().is_none()
        && attrs.constant.is_none()
        && role(attrs).is_none()
        && matches!(field.presence, Presence::Always | Presence::When(_));
    if !fits || (!field.is_always() && attrs.trailer.is_none()) {
        problems.at(checksum,
            "a checksum is a plain unsigned integer of fixed width, without a role; one that is not always there is a `trailer`",
        );
    }
    let algorithm = checksum.get_ident().map(ToString::to_string);
    match algorithm.as_deref().map(|name| (name, seal::known(name))) {
        Some((_, Some((_, bits)))) if fits && field.bit_count() < bits => problems.at(&field.ty,
            format!("this checksum has {bits} bits, which do not fit; widen the field"),
        ),
        Some((name, None)) if !name.chars().any(char::is_uppercase) => problems.at(checksum,
            format!(
                "unknown checksum `{name}`; it can be one of: {}, or the path of a type that implements `Checksum`",
                seal::names()
            ),
        ),
        _ => {}
    }
    let Some(over) = field.over() else { return };
    for (edge, is_end) in [(&over.from, false), (&over.to, true)] {
        let Some(name) = edge else { continue };
        if name == "body" {
            if header.part {
                problems.at(
                    name,
                    "a part has no body; the range of its checksum is one of its fields",
                );
            }
            continue;
        }
        match header.field(name) {
            None if header.broken.contains(name) => {}
            None => problems.at(name,
                format!("no field `{name}`; the range of a checksum is one of fields, or of `body`"),
            ),
            Some(end) if attrs.trailer.is_none() && end.attrs.trailer.is_some() => problems.at(name,
                "a checksum in the header reaches at most to the end of the body; move it to the trailers",
            ),
            Some(end) if is_end && attrs.trailer.is_some() && end.index > field.index => problems.at(name,
                "a checksum in a trailer covers what stands before it, and not what follows",
            ),
            Some(_) => {}
        }
    }
    if over.to.is_none() && over.inclusive {
        problems.add(over.span, "`..=` needs an end: `over = first..=last`");
    }
    let open_end = over.to.is_none() || over.to.as_ref().is_some_and(|to| to == "body");
    if attrs.trailer.is_none()
        && open_end
        && over.to.is_none()
        && header.trailers().next().is_some()
    {
        problems.add(
            over.span,
            "a checksum in the header cannot cover the trailers; say `over = ..=body`, or move it to the trailers",
        );
    }
}

pub(crate) fn role(attrs: &FieldAttrs) -> Option<(Span, &'static str)> {
    [
        (attrs.frame_len, "frame_len"),
        (attrs.rest_len, "rest_len"),
        (attrs.header_len, "header_len"),
        (attrs.body_len, "body_len"),
        (attrs.request_id, "request_id"),
        (attrs.stream_id, "stream_id"),
        (attrs.operation, "operation"),
        (attrs.metadata.as_ref().map(|(span, _)| *span), "metadata"),
        (
            attrs.message_type.as_ref().map(|(span, _)| *span),
            "message_type",
        ),
        (attrs.oneway.as_ref().map(Spanned::span), "oneway"),
        (attrs.heartbeat.as_ref().map(Spanned::span), "heartbeat"),
        (attrs.reply.as_ref().map(Spanned::span), "reply"),
        (attrs.status.as_ref().map(|(span, _)| *span), "status"),
    ]
    .into_iter()
    .find_map(|(span, role)| Some((span?, role)))
}

/// The sign and the literal that an expression is.
pub(crate) fn literal(expr: &Expr) -> Option<(i128, &Lit)> {
    match expr {
        Expr::Lit(literal) => Some((1, &literal.lit)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            literal(&unary.expr).map(|(sign, literal)| (-sign, literal))
        }
        _ => None,
    }
}
