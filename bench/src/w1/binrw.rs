use std::io::{Cursor, Seek, SeekFrom};

use binrw::{BinRead, BinWrite};

use super::Fields;

#[derive(BinRead, BinWrite)]
#[brw(big)]
struct Header {
    version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    rsp_code: i16,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(header) = Header::read(&mut Cursor::new(bytes)) else {
        return false;
    };
    *out = Fields {
        version: header.version,
        pack_flow: header.pack_flow,
        pack_len: header.pack_len,
        req_cmd: header.req_cmd,
        rsp_code: header.rsp_code,
    };
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    let header = Header::read(&mut Cursor::new(bytes)).ok()?;
    Some(header.pack_flow)
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let header = Header::read(&mut Cursor::new(bytes)).ok()?;
    Some(super::sum(
        header.version,
        header.pack_flow,
        header.pack_len,
        header.req_cmd,
        header.rsp_code,
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        version: fields.version,
        pack_flow: fields.pack_flow,
        pack_len: fields.pack_len,
        req_cmd: fields.req_cmd,
        rsp_code: fields.rsp_code,
    };
    let mut end = Cursor::new(out);
    end.seek(SeekFrom::End(0)).is_ok() && header.write(&mut end).is_ok()
}
