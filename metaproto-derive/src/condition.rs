//! `when = expression`: a condition on earlier fields, which the generated code evaluates as it stands and the schema
//! keeps as data.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{BinOp, Error, Expr, Lit, Result, UnOp};

use crate::ast::Header;
use crate::expand::wide;

pub(crate) struct Condition {
    /// As written.
    pub(crate) expr: Expr,
    /// The fields on which it rests.
    pub(crate) fields: Vec<Ident>,
    /// As data.
    pub(crate) schema: TokenStream,
}

impl Condition {
    /// The condition `expr` on fields of `earlier`, which has those that stand before.
    pub(crate) fn of(expr: &Expr, earlier: &Header) -> Result<Self> {
        let mut fields = Vec::new();
        let schema = convert(expr, earlier, &mut fields)?;
        Ok(Self {
            expr: expr.clone(),
            fields,
            schema,
        })
    }
}

fn convert(expr: &Expr, earlier: &Header, used: &mut Vec<Ident>) -> Result<TokenStream> {
    match expr {
        Expr::Paren(paren) => convert(&paren.expr, earlier, used),
        Expr::Group(group) => convert(&group.expr, earlier, used),
        Expr::Lit(literal) => Ok(match &literal.lit {
            Lit::Bool(flag) => {
                let number = i128::from(flag.value);
                quote! { schema::Expr::Number(#number) }
            }
            Lit::Int(_) | Lit::Byte(_) => number(expr),
            _ => return Err(unsupported(expr)),
        }),
        Expr::Unary(unary) => match unary.op {
            UnOp::Not(_) => {
                let inner = convert(&unary.expr, earlier, used)?;
                Ok(quote! { schema::Expr::Not(&#inner) })
            }
            UnOp::Neg(_) if matches!(*unary.expr, Expr::Lit(_)) => Ok(number(expr)),
            _ => Err(unsupported(expr)),
        },
        Expr::Binary(binary) => {
            let operator = operator(&binary.op).ok_or_else(|| unsupported(expr))?;
            let left = convert(&binary.left, earlier, used)?;
            let right = convert(&binary.right, earlier, used)?;
            Ok(quote! { schema::Expr::Binary(schema::Operator::#operator, &#left, &#right) })
        }
        Expr::Path(path) => {
            let Some(ident) = path.path.get_ident() else {
                return Ok(number(expr));
            };
            let Some(field) = earlier.field(ident) else {
                return if earlier.broken.contains(ident) {
                    Ok(quote! { schema::Expr::Number(0) })
                } else if ident.to_string().chars().any(char::is_lowercase) {
                    Err(Error::new_spanned(
                        ident,
                        format!(
                            "no earlier field `{ident}`; a condition rests on fields that stand before, and on constants"
                        ),
                    ))
                } else {
                    Ok(number(expr))
                };
            };
            if !field.is_number() || !field.is_always() || field.bit_count() > 64 {
                return Err(Error::new_spanned(
                    ident,
                    format!(
                        "a condition rests on numbers of at most 64 bits that are always there; `{ident}` is not one"
                    ),
                ));
            }
            if !used.contains(ident) {
                used.push(ident.clone());
            }
            let name = ident.to_string();
            Ok(quote! { schema::Expr::Field(#name) })
        }
        _ => Err(unsupported(expr)),
    }
}

fn number(expr: &Expr) -> TokenStream {
    let number = wide(expr);
    quote! { schema::Expr::Number(#number) }
}

fn operator(op: &BinOp) -> Option<Ident> {
    let name = match op {
        BinOp::Eq(_) => "Equal",
        BinOp::Ne(_) => "NotEqual",
        BinOp::Lt(_) => "Less",
        BinOp::Le(_) => "LessOrEqual",
        BinOp::Gt(_) => "Greater",
        BinOp::Ge(_) => "GreaterOrEqual",
        BinOp::And(_) => "And",
        BinOp::Or(_) => "Or",
        BinOp::BitAnd(_) => "BitAnd",
        BinOp::BitOr(_) => "BitOr",
        BinOp::BitXor(_) => "BitXor",
        BinOp::Shr(_) => "ShiftRight",
        _ => return None,
    };
    Some(Ident::new(name, op.span()))
}

fn unsupported(expr: &Expr) -> Error {
    Error::new_spanned(
        expr,
        "a condition compares earlier fields with constants (`flags & 1 != 0`, `kind == 3 || is_set`), so that every tool \
         can read it; what is more than that is for a `with` module",
    )
}
