//! A patch of the header, and `Codec::encode` with a mutation, into an output that is read as `bytes::Buf`.

use std::io::IoSlice;

use bytes::{Buf, Bytes};
use metaproto_codec::{
    Codec, Direction, HeaderCodec, Limits, Metadata, Mutation, Next, Output, RequestId, Session,
};

use super::Change;
use crate::w1::{AwesomeHeader, LEN};

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

pub(super) fn patch_shared(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Some((header, payload)) = message.split_first_chunk::<LEN>() else {
            return false;
        };
        let mut header = *header;
        let Ok(mut patch) = AwesomeHeader::patch(&mut header) else {
            return false;
        };
        if patch.set_pack_flow(flow).is_err() {
            return false;
        }
        write(&[IoSlice::new(&header), IoSlice::new(payload)]);
        true
    })
}

pub(super) fn patch_exclusive(mut message: Vec<u8>) -> Change {
    Box::new(move |flow, write| {
        let Ok(mut patch) = AwesomeHeader::patch(&mut message) else {
            return false;
        };
        if patch.set_pack_flow(flow).is_err() {
            return false;
        }
        write(&[IoSlice::new(&message)]);
        true
    })
}
