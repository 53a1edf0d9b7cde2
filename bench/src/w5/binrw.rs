//! The header read and written, or the message with its payload as a field.

use std::io::{Cursor, IoSlice};

use binrw::{BinRead, BinWrite};
use bytes::Bytes;

use super::Change;
use crate::w1::LEN;

#[derive(BinRead, BinWrite)]
#[brw(big)]
struct Header {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
}

#[derive(BinRead, BinWrite)]
#[brw(big)]
struct Message {
    header: Header,
    #[br(count = (header.pack_len as usize).saturating_sub(LEN))]
    payload: Vec<u8>,
}

pub(super) fn header(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Ok(mut header) = Header::read(&mut Cursor::new(&message)) else {
            return false;
        };
        header.pack_flow = flow;
        let mut bytes = [0; LEN];
        if header.write(&mut Cursor::new(&mut bytes[..])).is_err() {
            return false;
        }
        write(&[IoSlice::new(&bytes), IoSlice::new(&message[LEN..])]);
        true
    })
}

pub(super) fn whole(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Ok(mut message) = Message::read(&mut Cursor::new(&message)) else {
            return false;
        };
        message.header.pack_flow = flow;
        let mut bytes = Vec::with_capacity(LEN + message.payload.len());
        if message.write(&mut Cursor::new(&mut bytes)).is_err() {
            return false;
        }
        write(&[IoSlice::new(&bytes)]);
        true
    })
}
