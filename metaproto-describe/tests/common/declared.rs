//! Codecs that are nothing but a schema.

use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Metadata, Mutation, Output,
    Schema,
};

/// A codec that only says what its messages look like.
pub struct Declared {
    pub schema: Schema,
    pub max_frame: usize,
}

impl Codec for Declared {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new(self.schema.name, self.max_frame)
    }

    fn decode(&mut self, _: &[u8], _: &mut Metadata) -> Result<DecodeStatus, CodecError> {
        Ok(DecodeStatus::WaitForData { at_least: 1 })
    }

    fn encode(&self, _: &Metadata, _: &Mutation, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn on_error(&self, _: &Metadata, _: &Error<'_>, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn schema(&self, _: Direction) -> Option<Schema> {
        Some(self.schema)
    }
}
