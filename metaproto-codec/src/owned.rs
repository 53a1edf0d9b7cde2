//! A checked message that owns its bytes.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use crate::wire::Sizes;
use crate::{CodecError, Header, Read};

/// One whole message that was checked once and keeps its bytes, copied in one piece or shared.
///
/// Its fields are not taken apart before somebody asks: [`view`](Self::view) finds them again.
///
/// ```
/// use bytes::Bytes;
/// use metaproto_codec::{Header, KIB, Message};
///
/// #[derive(Header)]
/// #[header(big_endian)]
/// struct Named {
///     #[header(body_len, max = KIB)]
///     size: u16,
///     #[header(len = u8, max = 64)]
///     name: String,
/// }
///
/// let message = Message::<Named>::share(Bytes::from_static(b"\0\x02\x05orderhi")).unwrap();
/// assert_eq!(message.view().unwrap().name(), "order");
/// assert_eq!(message.body(), b"hi");
/// ```
pub struct Message<H> {
    bytes: Bytes,
    sizes: Sizes,
    of: PhantomData<fn() -> H>,
}

impl<H: Header + for<'a> Read<'a>> Message<H> {
    /// Checks one whole message and copies it.
    ///
    /// # Errors
    ///
    /// As [`Header::view`].
    pub fn copy(message: &[u8]) -> Result<Self, CodecError> {
        let (_, sizes) = H::view_sized(message)?;
        Ok(Self {
            bytes: Bytes::copy_from_slice(message.get(..sizes.frame()).unwrap_or_default()),
            sizes,
            of: PhantomData,
        })
    }

    /// Checks one whole message and shares it.
    ///
    /// # Errors
    ///
    /// As [`Header::view`].
    pub fn share(mut message: Bytes) -> Result<Self, CodecError> {
        let (_, sizes) = H::view_sized(&message)?;
        message.truncate(sizes.frame());
        Ok(Self {
            bytes: message,
            sizes,
            of: PhantomData,
        })
    }

    /// The checked header, found again.
    ///
    /// # Errors
    ///
    /// None, unless the author's own reading functions answer differently for the same bytes.
    pub fn view(&self) -> Result<<H as Read<'_>>::View, CodecError> {
        H::view(&self.bytes)
    }

    /// The header; fields of type `Bytes` and [`Text`](crate::wire::Text) share the message's bytes.
    ///
    /// # Errors
    ///
    /// As [`Read::from_view`].
    pub fn header(&self) -> Result<H, CodecError> {
        H::read_shared(&self.bytes)
    }
}

impl<H> Message<H> {
    /// The whole message.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The message's parts.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        let Sizes { header, body, .. } = self.sizes;
        self.bytes.get(header..header + body).unwrap_or_default()
    }
}

impl<H> Clone for Message<H> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            ..*self
        }
    }
}

impl<H> fmt::Debug for Message<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Message").field(&self.bytes).finish()
    }
}
