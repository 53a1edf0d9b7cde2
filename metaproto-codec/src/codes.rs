//! Open enums for codes on the wire.

/// The type of a field with `#[header(code = u8)]`: a number with names for some of its values. Made by
/// [`codes!`](crate::codes); a type of your own may leave the names out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a code",
    note = "define it with `metaproto_codec::codes!`, or implement `Codes` and `From` in both ways for it"
)]
pub trait Codes {
    /// Names of codes, as the bits on the wire.
    const NAMES: &'static [(u128, &'static str)] = &[];
}

/// A code that is written as an `R`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a code of `{R}`",
    label = "with `code = {R}` an open enum of `{R}` belongs here",
    note = "define it so: `metaproto_codec::codes! {{ enum {Self}: {R} {{ Name = 1 }} }}`, or implement `Codes` and `From` in both ways for it"
)]
pub trait Code<R>: Sized {
    /// [`Codes::NAMES`].
    const CODES: &'static [(u128, &'static str)];

    /// The code that is written as `bits`.
    fn of(bits: R) -> Self;

    /// As it is written.
    fn bits(self) -> R;
}

// Generated code names this trait alone, so that a type that is none is one error.
#[diagnostic::do_not_recommend]
impl<R: From<C>, C: Codes + From<R>> Code<R> for C {
    const CODES: &'static [(u128, &'static str)] = C::NAMES;

    #[inline]
    fn of(bits: R) -> Self {
        bits.into()
    }

    #[inline]
    fn bits(self) -> R {
        self.into()
    }
}

/// Defines an open enum: named codes, and `Unknown` for all others, which so survive a round trip.
///
/// Use it as the type of a field with `#[header(code = u8)]`.
///
/// ```
/// metaproto_codec::codes! {
///     /// How the payload is written.
///     pub enum Serialization: u8 {
///         /// Hessian 2.
///         Hessian2 = 2,
///         /// Protocol buffers.
///         Protobuf = 22,
///     }
/// }
/// assert_eq!(Serialization::from(2), Serialization::Hessian2);
/// assert_eq!(u8::from(Serialization::from(9)), 9);
/// ```
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $vis:vis enum $name:ident: $repr:ty {
        $($(#[$code_meta:meta])* $code:ident = $value:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $vis enum $name {
            $($(#[$code_meta])* $code,)*
            /// A code that has no name here.
            Unknown($repr),
        }

        impl $crate::Codes for $name {
            const NAMES: &'static [(u128, &'static str)] = &[$(
                ($value as $repr as u128, stringify!($code))
            ),*];
        }

        impl From<$repr> for $name {
            fn from(code: $repr) -> Self {
                match code {
                    $($value => Self::$code,)*
                    other => Self::Unknown(other),
                }
            }
        }

        impl From<$name> for $repr {
            fn from(code: $name) -> Self {
                match code {
                    $($name::$code => $value,)*
                    $name::Unknown(other) => other,
                }
            }
        }
    };
}
