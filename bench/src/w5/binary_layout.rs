use std::io::IoSlice;

use bytes::Bytes;

use super::Change;
use crate::w1::LEN;

mod layout {
    use binary_layout::binary_layout;

    binary_layout!(header, BigEndian, {
        version: i8,
        pack_flow: u32,
        pack_len: u32,
        req_cmd: i16,
        rsp_code: i16,
    });
}
use layout::header::View;

pub(super) fn shared(message: &Bytes) -> Change {
    let message = message.clone();
    Box::new(move |flow, write| {
        let Some((header, payload)) = message.split_first_chunk::<LEN>() else {
            return false;
        };
        let mut header = View::new(*header);
        header.pack_flow_mut().write(flow);
        let header = header.into_storage();
        write(&[IoSlice::new(&header), IoSlice::new(payload)]);
        true
    })
}

pub(super) fn exclusive(mut message: Vec<u8>) -> Change {
    Box::new(move |flow, write| {
        let Some(header) = message.first_chunk_mut::<LEN>() else {
            return false;
        };
        View::new(header).pack_flow_mut().write(flow);
        write(&[IoSlice::new(&message)]);
        true
    })
}
