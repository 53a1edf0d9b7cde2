//! `#[derive(Header)]` of metaproto-codec. It also holds the frame's length to its bounds which others need not.

use metaproto_codec::{Header, MIB};

use super::Fields;

/// Header of every awesomeRPC message.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
pub(crate) struct AwesomeHeader {
    pub(crate) version: i8,
    #[header(request_id)]
    pub(crate) pack_flow: u32,
    #[header(frame_len, max = 4 * MIB)]
    pub(crate) pack_len: u32,
    #[header(metadata = "cmd")]
    pub(crate) req_cmd: i16,
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub(crate) rsp_code: i16,
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Ok(header) = AwesomeHeader::view_header(bytes) else {
        return false;
    };
    *out = Fields {
        version: header.version(),
        pack_flow: header.pack_flow(),
        pack_len: header.pack_len(),
        req_cmd: header.req_cmd(),
        rsp_code: header.rsp_code(),
    };
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    Some(AwesomeHeader::view_header(bytes).ok()?.pack_flow())
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let view = AwesomeHeader::view_header(bytes).ok()?;
    Some(super::sum(
        view.version(),
        view.pack_flow(),
        view.pack_len(),
        view.req_cmd(),
        view.rsp_code(),
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let header = AwesomeHeader {
        version: fields.version,
        pack_flow: fields.pack_flow,
        pack_len: 0,
        req_cmd: fields.req_cmd,
        rsp_code: fields.rsp_code,
    };
    header.append_to(&[], out).is_ok()
}
