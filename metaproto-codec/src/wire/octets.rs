//! Owned texts and byte strings.

use bytes::Bytes;

use super::text::{Text, shared};
use crate::Fault;

/// A value that is a run of bytes on the wire: `String`, [`Text`], `&str`, `Vec<u8>`, `Bytes`, `&[u8]`.
pub trait Octets {
    /// The bytes of the value.
    fn octets(&self) -> &[u8];
}

/// An [`Octets`] that can be made of any bytes that spell one.
pub trait OwnedOctets: Octets + Sized {
    /// The value that `bytes` spell, which shares those of `message` where it can.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`] for a text that is not UTF-8.
    fn from_octets(bytes: &[u8], message: Option<&Bytes>) -> Result<Self, Fault>;
}

macro_rules! octets {
    ($($type:ty => |$this:ident| $octets:expr;)*) => {$(
        impl Octets for $type {
            fn octets(&self) -> &[u8] {
                let $this = self;
                $octets
            }
        }
    )*};
}
octets! {
    String => |this| this.as_bytes();
    Text => |this| this.bytes();
    &str => |this| this.as_bytes();
    Vec<u8> => |this| this;
    Bytes => |this| this;
    &[u8] => |this| this;
}

impl OwnedOctets for String {
    fn from_octets(bytes: &[u8], _: Option<&Bytes>) -> Result<Self, Fault> {
        str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| Fault::Utf8)
    }
}

impl OwnedOctets for Text {
    fn from_octets(bytes: &[u8], message: Option<&Bytes>) -> Result<Self, Fault> {
        Self::from_utf8(shared(bytes, message)).ok_or(Fault::Utf8)
    }
}

impl OwnedOctets for Vec<u8> {
    fn from_octets(bytes: &[u8], _: Option<&Bytes>) -> Result<Self, Fault> {
        Ok(bytes.to_vec())
    }
}

impl OwnedOctets for Bytes {
    fn from_octets(bytes: &[u8], message: Option<&Bytes>) -> Result<Self, Fault> {
        Ok(shared(bytes, message))
    }
}
