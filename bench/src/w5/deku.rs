//! The header read and written, or the message with its payload as a field.

use std::io::IoSlice;

use bytes::Bytes;
use deku::prelude::*;

use super::Change;
use crate::w1::LEN;

#[derive(DekuRead, DekuWrite)]
#[deku(endian = "big")]
struct Header {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
}

#[derive(DekuRead, DekuWrite)]
#[deku(endian = "big")]
struct Message {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
    #[deku(count = "(*pack_len as usize).saturating_sub(LEN)")]
    payload: Vec<u8>,
}

pub(super) fn header(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Ok(((payload, _), mut header)) = Header::from_bytes((&message, 0)) else {
            return false;
        };
        header.pack_flow = flow;
        let mut bytes = [0; LEN];
        if header.to_slice(&mut bytes).is_err() {
            return false;
        }
        write(&[IoSlice::new(&bytes), IoSlice::new(payload)]);
        true
    })
}

pub(super) fn whole(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Ok((_, mut message)) = Message::from_bytes((&message, 0)) else {
            return false;
        };
        message.pack_flow = flow;
        let Ok(bytes) = message.to_bytes() else {
            return false;
        };
        write(&[IoSlice::new(&bytes)]);
        true
    })
}
