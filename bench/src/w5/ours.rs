//! `Codec::encode` with a mutation, into an output that is read as `bytes::Buf`.

use std::io::IoSlice;

use bytes::{Buf, Bytes};
use metaproto_codec::{
    Codec, Direction, HeaderCodec, Limits, Metadata, Mutation, Next, Output, RequestId, Session,
};

use super::Change;
use crate::w1::AwesomeHeader;

pub(super) fn shared(message: &Bytes) -> Change {
    let direction = Direction::ClientToServer;
    let codec = HeaderCodec::<AwesomeHeader>::new();
    let mut session = Session::new(codec, direction, Limits::default());
    session.receive(message);
    let mut metadata = Metadata::new(direction);
    let found = session.next_message(&mut metadata);
    let is_there = matches!(found, Ok(Next::Message { .. }));
    let mut mutation = Mutation::new();
    let mut output = Output::new();
    Box::new(move |flow, write| {
        mutation.set_request_id(RequestId::Number(flow.into()));
        let encoded = session.codec().encode(&metadata, &mutation, &mut output);
        if !is_there || encoded.is_err() {
            return false;
        }
        let mut pieces = [IoSlice::new(&[]); 4];
        let count = output.chunks_vectored(&mut pieces);
        write(&pieces[..count]);
        output.advance(output.remaining());
        true
    })
}
