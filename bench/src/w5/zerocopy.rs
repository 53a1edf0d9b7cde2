use std::io::IoSlice;

use bytes::Bytes;
use zerocopy::big_endian::{I16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Change;

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Header {
    version: i8,
    pack_flow: U32,
    pack_len: U32,
    req_cmd: I16,
    rsp_code: I16,
}

pub(super) fn shared(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Ok((mut header, payload)) = Header::read_from_prefix(&message) else {
            return false;
        };
        header.pack_flow.set(flow);
        write(&[IoSlice::new(header.as_bytes()), IoSlice::new(payload)]);
        true
    })
}

pub(super) fn exclusive(mut message: Vec<u8>) -> Change {
    Box::new(move |flow, write| {
        let Ok((header, _)) = Header::mut_from_prefix(&mut message) else {
            return false;
        };
        header.pack_flow.set(flow);
        write(&[IoSlice::new(&message)]);
        true
    })
}
