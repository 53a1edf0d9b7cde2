//! The codec with texts of `docs/local-replies.md`.

use metaproto_codec::{
    Capabilities, Codec, DecodeStatus, Direction, Error, ErrorType, Header, MessageType, Metadata,
    Mutation, Output, Result, Schema,
};

use my_codec::{Call, Calls};

/// The codec of calls whose errors have a text as their body.
pub struct Explained(pub Calls);

impl Codec for Explained {
    fn on_error(&self, request: &Metadata, error: &Error<'_>, output: &mut Output) -> Result {
        let id = request.request_id().map(|id| id.number());
        let (MessageType::Request, Some(Ok(id))) = (request.kind(), id) else {
            return self.0.on_error(request, error, output);
        };
        let reply = Call {
            length: 0,
            kind: 1,
            id,
            status: if error.r#type == ErrorType::OverLimit {
                3
            } else {
                1
            },
            method: String::new(),
            region: 0,
            context: Vec::new(),
        };
        let text = &error.message[..error.message.floor_char_boundary(256)];
        output.push(&reply.to_frame(text.as_bytes())?);
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn decode(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        self.0.decode(input, metadata)
    }

    fn encode(&self, message: &Metadata, mutation: &Mutation, output: &mut Output) -> Result {
        self.0.encode(message, mutation, output)
    }

    fn schema(&self, direction: Direction) -> Option<Schema> {
        self.0.schema(direction)
    }
}
