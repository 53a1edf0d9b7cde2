//! The codec of `docs/from-cpp.md`.

use metaproto_codec::wire::{Order, Prefix};
use metaproto_codec::{
    Capabilities, Codec, DecodeStatus, Error, ErrorType, Fault, MessageType, Metadata, Mutation,
    Output, Result,
};

/// The largest body, bytes.
const MAX: usize = 4096;

/// One-byte operation, two-byte length, body. An answer of operation 255 is an error.
#[derive(Default)]
pub struct ByHand;

impl Codec for ByHand {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new("by-hand", 3 + MAX)
    }

    fn decode(&mut self, input: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus> {
        DecodeStatus::read(input, 3, |cursor| {
            cursor.field("operation");
            let [operation] = cursor.take_array()?;
            cursor.field("body");
            cursor.prefixed(Prefix::new(2, Order::Big, MAX))?;
            let consumed = cursor.position();
            metadata.set_header_size(3);
            if metadata.direction().as_str() == "s2c" {
                metadata.set_kind(MessageType::Response);
                metadata.set_outcome(operation != 255);
            }
            metadata.property("operation", u64::from(operation));
            Ok(DecodeStatus::Done { consumed })
        })
    }

    fn encode(&self, message: &Metadata, mutation: &Mutation, output: &mut Output) -> Result {
        mutation.apply(|key, change| Err(change.refused(key)))?;
        if mutation.request_id().is_some() {
            return Err(Fault::RequestId.in_mutation());
        }
        if mutation.stream_id().is_some() {
            return Err(Fault::StreamId.in_mutation());
        }
        if message.frame().is_empty() {
            return Err(Fault::NoMessage.at(0, "message"));
        }
        output.push_shared(message.share_frame());
        Ok(())
    }

    fn on_error(&self, request: &Metadata, error: &Error<'_>, output: &mut Output) -> Result {
        if request.kind() == MessageType::Request {
            let code = u8::from(error.r#type == ErrorType::RouteNotFound);
            output.push(&[255, 0, 1, code]);
        }
        Ok(())
    }
}
