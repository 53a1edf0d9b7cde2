//! From a field's type and attributes to how it is written.

use proc_macro2::Ident;
use syn::{Error, Expr, GenericArgument, Path, PathArguments, Result, Type};

use crate::attr::{FieldAttrs, Form, ItemAttr, Source};

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
    /// A number in as many bytes as it needs, at most `bytes`.
    Varint {
        repr: Ident,
        form: Form,
        zigzag: bool,
        bytes: usize,
    },
    /// `[u8; N]`.
    Array { len: Expr },
    /// A text or byte string.
    Octets { text: bool, extent: Extent },
    /// `Vec<T>`; `bytes` where the length is in bytes rather than elements.
    List {
        item: Item,
        extent: Extent,
        bytes: bool,
    },
    /// `Vec<(K, V)>`.
    Map {
        key: Item,
        value: Item,
        extent: Extent,
        bytes: bool,
    },
    /// A type of its own, which fills `extent` exactly where there is one.
    Nested { extent: Option<Extent> },
    /// An enum of parts, chosen by the earlier field `tag`.
    Choice { tag: Ident },
    /// What the functions of a module read and write.
    Custom { module: Path },
}

/// How the end is found of what varies in length.
#[derive(Clone)]
pub(crate) enum Extent {
    Prefix(Form),
    Field(Ident),
    Until(Vec<u8>),
    Padded { bytes: usize, pad: u8 },
    Rest,
}

pub(crate) enum Item {
    Scalar {
        repr: Ident,
        bytes: usize,
    },
    Varint {
        repr: Ident,
        form: Form,
    },
    Octets {
        text: bool,
        ty: Type,
        attr: ItemAttr,
    },
    Nested {
        ty: Type,
    },
}

impl Shape {
    pub(crate) fn of(ty: &Type, attrs: &FieldAttrs) -> Result<Self> {
        if let Some(module) = &attrs.with {
            return Ok(Self::Custom {
                module: module.clone(),
            });
        }
        if let Some(tag) = &attrs.tag {
            if is_plain(ty) || argument_of(ty, "Vec").is_some() {
                return Err(Error::new_spanned(
                    ty,
                    "`tag` goes with an enum that derives `Header`, whose variants are the parts to choose from",
                ));
            }
            return Ok(Self::Choice { tag: tag.clone() });
        }
        if attrs.nested.is_some() && is_plain(ty) {
            return Err(Error::new_spanned(
                ty,
                "`nested` goes with a type that derives `Header`; remove it here",
            ));
        }
        if attrs.nested.is_some() && argument_of(ty, "Vec").is_none() {
            return match extent(attrs)? {
                Some((_, false)) => Err(counted(
                    ty,
                    attrs,
                    "a nested part is one element, and its length is in bytes: use `len`",
                )),
                Some((extent, true)) => Ok(Self::Nested {
                    extent: Some(extent),
                }),
                None => Ok(Self::Nested { extent: None }),
            };
        }
        if let Type::Array(array) = ty {
            return match is_named(&array.elem, "u8") {
                true => Ok(Self::Array {
                    len: array.len.clone(),
                }),
                false => Err(Error::new_spanned(
                    &array.elem,
                    "an array is of bytes: `[u8; N]`; for other items use a `Vec`",
                )),
            };
        }
        if let Some(text) = octets(ty) {
            return match ended(ty, attrs)? {
                (extent, true) => Ok(Self::Octets { text, extent }),
                (_, false) => Err(counted(
                    ty,
                    attrs,
                    "the length of a text or byte string is in bytes: use `len`",
                )),
            };
        }
        match argument_of(ty, "Vec") {
            Some(element) => Self::of_elements(ty, element, attrs),
            None => number(ty, attrs),
        }
    }

    fn of_elements(ty: &Type, element: &Type, attrs: &FieldAttrs) -> Result<Self> {
        let (extent, bytes) = ended(ty, attrs)?;
        let Type::Tuple(pair) = element else {
            let attr = attrs.item.as_ref().map(|(_, attr)| attr);
            return Ok(Self::List {
                item: item(element, attr, "item", attrs)?,
                extent,
                bytes,
            });
        };
        let [key, value] = [0, 1].map(|index| pair.elems.iter().nth(index));
        let (Some(key), Some(value), 2) = (key, value, pair.elems.len()) else {
            return Err(Error::new_spanned(pair, "a map is a `Vec<(Key, Value)>`"));
        };
        Ok(Self::Map {
            key: item(key, attrs.key.as_ref().map(|(_, attr)| attr), "key", attrs)?,
            value: item(
                value,
                attrs.value.as_ref().map(|(_, attr)| attr),
                "value",
                attrs,
            )?,
            extent,
            bytes,
        })
    }

    pub(crate) fn extent(&self) -> Option<&Extent> {
        match self {
            Self::Octets { extent, .. } | Self::List { extent, .. } | Self::Map { extent, .. } => {
                Some(extent)
            }
            Self::Nested { extent } => extent.as_ref(),
            _ => None,
        }
    }

    /// The items of a list or map.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Item> {
        let (first, second) = match self {
            Self::List { item, .. } => (Some(item), None),
            Self::Map { key, value, .. } => (Some(key), Some(value)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Whether its width is always the same, and known from the declaration alone.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(
            self,
            Self::Scalar { .. } | Self::Bits { .. } | Self::Array { .. }
        )
    }

    pub(crate) fn needs_order(&self) -> bool {
        let wide = |form: Form| matches!(form, Form::Fixed(width) if width > 1);
        let prefix = match self.extent() {
            Some(Extent::Prefix(form)) => wide(*form),
            _ => false,
        };
        let item = |item: &Item| match item {
            Item::Scalar { bytes, .. } => *bytes > 1,
            Item::Octets {
                attr: ItemAttr::Prefix { form, .. },
                ..
            } => wide(*form),
            _ => false,
        };
        let scalar = match self {
            Self::Scalar { bytes, .. } => *bytes > 1,
            Self::Bits { group, .. } => *group > 1,
            _ => false,
        };
        scalar || prefix || self.items().any(item)
    }
}

/// How the end is found, and whether that counts bytes rather than elements.
fn ended(ty: &Type, attrs: &FieldAttrs) -> Result<(Extent, bool)> {
    extent(attrs)?.ok_or_else(|| {
        Error::new_spanned(ty,
            "say where it ends: `len = u16` or `len = earlier_field` in bytes, `count = ..` in elements, `until = 0` at a \
             mark, `rest` with what contains it, each with `max = ..`; of a text also `bytes = 16, pad = 0`",
        )
    })
}

/// A complaint about `count`.
fn counted(ty: &Type, attrs: &FieldAttrs, message: &str) -> Error {
    match &attrs.count {
        Some((span, _)) => Error::new(*span, message),
        None => Error::new_spanned(ty, message),
    }
}

fn extent(attrs: &FieldAttrs) -> Result<Option<(Extent, bool)>> {
    let of = |source: &Source| match source {
        Source::Prefix(form) => Extent::Prefix(*form),
        Source::Field(name) => Extent::Field(name.clone()),
    };
    let padded = match (&attrs.pad, &attrs.bytes) {
        (Some((_, pad)), Some(bytes)) => Some(Extent::Padded {
            bytes: bytes.base10_parse()?,
            pad: *pad,
        }),
        (Some((span, _)), None) => {
            return Err(Error::new(
                *span,
                "say how many bytes it fills: `bytes = 16, pad = 0`",
            ));
        }
        (None, _) => None,
    };
    let given = [
        attrs
            .len
            .as_ref()
            .map(|(span, source)| (*span, of(source), true)),
        attrs
            .count
            .as_ref()
            .map(|(span, source)| (*span, of(source), false)),
        attrs
            .until
            .as_ref()
            .map(|(span, mark)| (*span, Extent::Until(mark.clone()), true)),
        attrs.rest.map(|span| (span, Extent::Rest, true)),
        padded
            .zip(attrs.pad.as_ref())
            .map(|(extent, (span, _))| (*span, extent, true)),
    ];
    let mut given = given.into_iter().flatten();
    let first = given.next();
    if let Some((span, ..)) = given.next() {
        return Err(Error::new(
            span,
            "two ways to find its end; keep one of `len` (bytes), `count` (elements), `until`, `rest` and `pad`",
        ));
    }
    Ok(first.map(|(_, extent, bytes)| (extent, bytes)))
}

fn number(ty: &Type, attrs: &FieldAttrs) -> Result<Shape> {
    let repr = match &attrs.code {
        Some(repr) if scalar_bytes(repr).is_some() && !repr.to_string().starts_with('f') => {
            repr.clone()
        }
        Some(repr) => {
            return Err(Error::new_spanned(
                repr,
                "a code is an integer: `code = u8`, `code = u16` ...",
            ));
        }
        None => match named(ty).filter(|ident| scalar_bytes(ident).is_some()) {
            Some(ident) => ident.clone(),
            None => {
                return Err(Error::new_spanned(
                    ty,
                    "unsupported type; for an enum of codes say `code = u8`, for a type that derives `Header` say `nested`, \
                     for one that your own functions read say `with = module`",
                ));
            }
        },
    };
    if let (Some(code), Some(number)) = (
        &attrs.code,
        named(ty).filter(|it| scalar_bytes(it).is_some()),
    ) {
        return Err(Error::new_spanned(
            code,
            format!("`{number}` is a number already; `code` is for an enum that `codes!` defines"),
        ));
    }
    let whole = scalar_bytes(&repr).unwrap_or(1);
    let is_float = repr.to_string().starts_with('f');
    if attrs.varint.is_some() || attrs.vlq.is_some() {
        return varint(repr, whole, attrs);
    }
    if let Some(bits) = &attrs.bits {
        let count: u32 = bits.base10_parse()?;
        let most = if repr == "bool" { 1 } else { 8 * whole as u32 };
        if count == 0 || count > most || is_float {
            return Err(Error::new_spanned(
                bits,
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
                return Err(Error::new_spanned(
                    bytes,
                    format!("a field of type `{repr}` has 1 to {whole} bytes"),
                ));
            }
            count
        }
    };
    Ok(Shape::Scalar { repr, bytes })
}

fn varint(repr: Ident, whole: usize, attrs: &FieldAttrs) -> Result<Shape> {
    let span = attrs.varint.or(attrs.vlq).unwrap_or_else(|| repr.span());
    let is_signed = repr.to_string().starts_with('i');
    let is_integer = is_signed || repr.to_string().starts_with('u');
    if !is_integer || whole > 8 {
        return Err(Error::new(
            span,
            format!("a variable-length number is an integer of at most 64 bits, not `{repr}`"),
        ));
    }
    match attrs.zigzag {
        Some(zigzag) if !is_signed => {
            return Err(Error::new(
                zigzag,
                format!("`zigzag` is for signed numbers; `{repr}` has no sign"),
            ));
        }
        None if is_signed => {
            return Err(Error::new(
                span,
                format!(
                    "say how the sign of `{repr}` is written: `zigzag`; or use an unsigned type"
                ),
            ));
        }
        _ => {}
    }
    let most = (8 * whole).div_ceil(7);
    let bytes = match &attrs.bytes {
        None => most,
        Some(bytes) => {
            let count: usize = bytes.base10_parse()?;
            if count == 0 || count > most {
                return Err(Error::new_spanned(
                    bytes,
                    format!("a variable-length `{repr}` takes 1 to {most} bytes"),
                ));
            }
            count
        }
    };
    Ok(Shape::Varint {
        repr,
        form: if attrs.vlq.is_some() {
            Form::Vlq
        } else {
            Form::Leb128
        },
        zigzag: is_signed,
        bytes,
    })
}

fn item(ty: &Type, attr: Option<&ItemAttr>, name: &str, attrs: &FieldAttrs) -> Result<Item> {
    if let Some(text) = octets(ty) {
        return match attr {
            Some(attr @ (ItemAttr::Prefix { .. } | ItemAttr::Until { .. })) => Ok(Item::Octets {
                text,
                ty: ty.clone(),
                attr: attr.clone(),
            }),
            _ => Err(Error::new_spanned(
                ty,
                format!("say how its end is found: `{name}(len = u16, max = 64)`"),
            )),
        };
    }
    if let Some(ident) = named(ty)
        && let Some(bytes) = scalar_bytes(ident)
    {
        return match attr {
            None => Ok(Item::Scalar {
                repr: ident.clone(),
                bytes,
            }),
            Some(ItemAttr::Varint(form)) if ident.to_string().starts_with('u') && bytes <= 8 => {
                Ok(Item::Varint {
                    repr: ident.clone(),
                    form: *form,
                })
            }
            Some(_) => Err(Error::new_spanned(
                ty,
                format!(
                    "of an unsigned number in a list, `{name}(varint)` or `{name}(vlq)` is all there is to say"
                ),
            )),
        };
    }
    if attrs.nested.is_some() {
        return Ok(Item::Nested { ty: ty.clone() });
    }
    Err(Error::new_spanned(
        ty,
        "unsupported element type; for a type that derives `Header` say `nested`",
    ))
}

/// Whether `ty` is a run of bytes, and if so whether it is text.
pub(crate) fn octets(ty: &Type) -> Option<bool> {
    if let Type::Reference(reference) = ty {
        return match &*reference.elem {
            Type::Slice(slice) => is_named(&slice.elem, "u8").then_some(false),
            elem => is_named(elem, "str").then_some(true),
        };
    }
    if is_named(ty, "String") || is_named(ty, "Text") {
        return Some(true);
    }
    let bytes = is_named(ty, "Bytes")
        || argument_of(ty, "Vec").is_some_and(|element| is_named(element, "u8"));
    bytes.then_some(false)
}

/// Whether `ty` is a number, a text or bytes, so that no part can be meant.
fn is_plain(ty: &Type) -> bool {
    octets(ty).is_some()
        || matches!(ty, Type::Array(_))
        || named(ty).and_then(scalar_bytes).is_some()
}

/// Whether a text or byte string is borrowed from the message.
pub(crate) fn is_borrowed(ty: &Type) -> bool {
    matches!(ty, Type::Reference(_))
}

pub(crate) fn scalar_bytes(ident: &Ident) -> Option<usize> {
    Some(match ident.to_string().as_str() {
        "u8" | "i8" | "bool" => 1,
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" => 4,
        "u64" | "i64" | "f64" => 8,
        "u128" | "i128" => 16,
        _ => return None,
    })
}

pub(crate) fn named(ty: &Type) -> Option<&Ident> {
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
pub(crate) fn argument_of<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
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
