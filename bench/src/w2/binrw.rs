//! Magic and limit derived, bits by hand.

use std::io::{Cursor, Seek, SeekFrom};

use binrw::{BinRead, BinWrite};

use super::{Fields, MAX_BODY};

#[derive(BinRead, BinWrite)]
#[brw(big, magic = 0xDABBu16)]
struct Header {
    flags: u8,
    status: u8,
    request_id: u64,
    #[br(assert(body_length <= MAX_BODY))]
    body_length: u32,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(header) = Header::read(&mut Cursor::new(bytes)) else {
        return false;
    };
    *out = Fields::new(
        header.flags,
        header.status,
        header.request_id,
        header.body_length,
    );
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        flags: fields.flags(),
        status: fields.status,
        request_id: fields.request_id,
        body_length: fields.body_length,
    };
    let mut end = Cursor::new(out);
    end.seek(SeekFrom::End(0)).is_ok() && header.write(&mut end).is_ok()
}
