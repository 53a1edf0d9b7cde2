//! A codec that panics in Envoy when it meets certain commands, and is awesomeRPC otherwise: to see what a mistake in a codec
//! costs.

use awesomerpc::AwesomeRpc;
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Metadata, Mutation, Output,
};

/// The command of a request that cannot be read.
const REQUEST: i16 = 666;
/// That of a response that cannot be read.
const RESPONSE: i16 = 667;
/// That of a request for which no error can be written.
const LOCAL_REPLY: i16 = 668;

#[derive(Default)]
struct Panicking(AwesomeRpc);

fn command(frame: &[u8]) -> i16 {
    frame
        .get(9..11)
        .map_or(0, |bytes| i16::from_be_bytes([bytes[0], bytes[1]]))
}

impl Codec for Panicking {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let direction = metadata.direction();
        match (direction, command(input)) {
            (Direction::ClientToServer, REQUEST) => panic!("a request with command {REQUEST}"),
            (Direction::ServerToClient, RESPONSE) => panic!("a response with command {RESPONSE}"),
            _ => self.0.decode(input, metadata),
        }
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.0.encode(message, mutation, output)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        assert_ne!(command(request.frame()), LOCAL_REPLY, "no error for it");
        self.0.on_error(request, error, output)
    }
}

metaproto_envoy::module! { "awesomerpc" => Panicking }
