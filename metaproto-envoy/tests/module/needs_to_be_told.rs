use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Error, Metadata, Mutation, Output,
};

struct Told(u8);

impl Codec for Told {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new("told", 1)
    }
    fn decode(&mut self, _: &[u8], _: &mut Metadata) -> Result<DecodeStatus, CodecError> {
        unreachable!()
    }
    fn encode(&self, _: &Metadata, _: &Mutation, _: &mut Output) -> Result<(), CodecError> {
        unreachable!()
    }
    fn on_error(&self, _: &Metadata, _: &Error<'_>, _: &mut Output) -> Result<(), CodecError> {
        unreachable!()
    }
}

metaproto_envoy::module! {
    "works" => || Told(1),
    "told" => Told,
}

fn main() {}
