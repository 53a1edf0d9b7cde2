//! As one writes it: a copy of the header on the stack and the payload as it is, or the bytes in place.

use std::io::IoSlice;

use bytes::Bytes;

use super::Change;
use crate::w1::LEN;

pub(super) fn shared(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Some((header, payload)) = message.split_first_chunk::<LEN>() else {
            return false;
        };
        let mut header = *header;
        header[1..5].copy_from_slice(&flow.to_be_bytes());
        write(&[IoSlice::new(&header), IoSlice::new(payload)]);
        true
    })
}

pub(super) fn exclusive(mut message: Vec<u8>) -> Change {
    Box::new(move |flow, write| {
        let Some(header) = message.first_chunk_mut::<LEN>() else {
            return false;
        };
        header[1..5].copy_from_slice(&flow.to_be_bytes());
        write(&[IoSlice::new(&message)]);
        true
    })
}
