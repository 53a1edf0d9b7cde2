//! What a protocol gives for a dump.

use metaproto_codec::{Codec, CodecError, Direction, FieldValue, Metadata, OwnedHeader, Schema};

/// The fields of a header, named, outermost first.
pub type Fields = Vec<(&'static str, FieldValue)>;

/// Where in a message a header with a schema starts, for its bytes to be named.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Bytes of the message before the header.
    pub start: usize,
    /// What the header looks like.
    pub schema: Schema,
}

/// The codec of a protocol, and how the fields of its headers are named.
pub struct Subject {
    pub(super) codec: Box<dyn Codec>,
    pub(super) fields: fn(&Metadata) -> Result<Fields, CodecError>,
    pub(super) layout: fn(&Metadata) -> Option<Layout>,
}

impl Subject {
    /// A codec whose messages have the fields that `fields` says. Their bytes are named by
    /// [`with_layout`](Self::with_layout), else by the codec's own schema, if it has one.
    #[must_use]
    pub fn new(codec: Box<dyn Codec>, fields: fn(&Metadata) -> Result<Fields, CodecError>) -> Self {
        Self {
            codec,
            fields,
            layout: |_| None,
        }
    }

    /// A codec whose messages start with the header `H`, in both directions.
    #[must_use]
    pub fn of_header<H: OwnedHeader>(codec: Box<dyn Codec>) -> Self {
        Self::of_headers::<H, H>(codec)
    }

    /// A codec whose messages start with the header `Q` where a client sends them, and with `S` where a server does.
    #[must_use]
    pub fn of_headers<Q: OwnedHeader, S: OwnedHeader>(codec: Box<dyn Codec>) -> Self {
        let fields = |message: &Metadata| match message.direction() {
            Direction::ClientToServer => Ok(Q::read_frame(message.frame())?.fields()),
            Direction::ServerToClient => Ok(S::read_frame(message.frame())?.fields()),
        };
        Self::new(codec, fields).with_layout(|message| {
            let schema = match message.direction() {
                Direction::ClientToServer => Q::SCHEMA,
                Direction::ServerToClient => S::SCHEMA,
            };
            Some(Layout { start: 0, schema })
        })
    }

    /// With names for the bytes of each message.
    #[must_use]
    pub fn with_layout(mut self, layout: fn(&Metadata) -> Option<Layout>) -> Self {
        self.layout = layout;
        self
    }
}
