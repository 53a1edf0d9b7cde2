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
