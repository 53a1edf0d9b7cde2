use zerocopy::big_endian::{I16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Fields;

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Header {
    version: i8,
    pack_flow: U32,
    pack_len: U32,
    req_cmd: I16,
    rsp_code: I16,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok((header, _)) = Header::ref_from_prefix(bytes) else {
        return false;
    };
    *out = Fields {
        version: header.version,
        pack_flow: header.pack_flow.get(),
        pack_len: header.pack_len.get(),
        req_cmd: header.req_cmd.get(),
        rsp_code: header.rsp_code.get(),
    };
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    let (header, _) = Header::ref_from_prefix(bytes).ok()?;
    Some(header.pack_flow.get())
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(bytes).ok()?;
    Some(super::sum(
        header.version,
        header.pack_flow.get(),
        header.pack_len.get(),
        header.req_cmd.get(),
        header.rsp_code.get(),
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = Header {
        version: fields.version,
        pack_flow: U32::new(fields.pack_flow),
        pack_len: U32::new(fields.pack_len),
        req_cmd: I16::new(fields.req_cmd),
        rsp_code: I16::new(fields.rsp_code),
    };
    out.extend_from_slice(header.as_bytes());
    true
}
