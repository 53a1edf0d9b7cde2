//! Owned texts and byte strings.

use bytes::Bytes;

use crate::Fault;

/// An owned value that is a run of bytes on the wire: `String`, `Vec<u8>`, `Bytes`.
pub trait Octets: Sized {
    /// The value that `bytes` spell.
    ///
    /// # Errors
    ///
    /// [`Fault::Utf8`] for a text that is not UTF-8.
    fn from_octets(bytes: &[u8]) -> Result<Self, Fault>;

    /// The bytes of the value.
    fn octets(&self) -> &[u8];
}

impl Octets for String {
    fn from_octets(bytes: &[u8]) -> Result<Self, Fault> {
        str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| Fault::Utf8)
    }

    fn octets(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Octets for Vec<u8> {
    fn from_octets(bytes: &[u8]) -> Result<Self, Fault> {
        Ok(bytes.to_vec())
    }

    fn octets(&self) -> &[u8] {
        self
    }
}

impl Octets for Bytes {
    fn from_octets(bytes: &[u8]) -> Result<Self, Fault> {
        Ok(Self::copy_from_slice(bytes))
    }

    fn octets(&self) -> &[u8] {
        self
    }
}
