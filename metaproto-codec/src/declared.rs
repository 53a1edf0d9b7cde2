//! The fields of a schema as generated code spells them.
//!
//! The compiler looks through the type of what a function in a constant returns, each time anew: for a [`Field`], that is
//! most of what a schema takes to compile. Here it is once for all fields.

use crate::schema::{Field, NumberKind, Role};
use crate::wire::Order;

/// A field.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "rows of a constant, which no program holds"
)]
pub enum Declared {
    /// A number: name, kind, bytes, order.
    Number(&'static str, NumberKind, usize, Order),
    /// A number with roles.
    Role(&'static str, NumberKind, usize, Order, &'static [Role]),
    /// A number with roles and a maximum.
    Length(
        &'static str,
        NumberKind,
        usize,
        Order,
        &'static [Role],
        usize,
    ),
    /// Any other.
    Field(Field),
}

impl Declared {
    const fn field(self) -> Field {
        match self {
            Self::Number(name, kind, bytes, order) => Field::number(name, kind, bytes, order),
            Self::Role(name, kind, bytes, order, roles) => {
                Field::number(name, kind, bytes, order).roles(roles)
            }
            Self::Length(name, kind, bytes, order, roles, max) => {
                Field::number(name, kind, bytes, order)
                    .roles(roles)
                    .max(max)
            }
            Self::Field(field) => field,
        }
    }
}

/// The fields that are declared.
#[must_use]
pub const fn declared<const N: usize>(rows: [Declared; N]) -> [Field; N] {
    let mut fields = [Field::number("", NumberKind::Unsigned, 0, Order::Big); N];
    let mut at = 0;
    while at < N {
        fields[at] = rows[at].field();
        at += 1;
    }
    fields
}
