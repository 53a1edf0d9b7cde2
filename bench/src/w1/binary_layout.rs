//! Its views panic where bytes are missing, so their length is checked first.

use super::{Fields, LEN};

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

fn view(bytes: &[u8]) -> Option<View<&[u8; LEN]>> {
    Some(View::new(bytes.first_chunk::<LEN>()?))
}

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(header) = view(bytes) else {
        return false;
    };
    *out = Fields {
        version: header.version().read(),
        pack_flow: header.pack_flow().read(),
        pack_len: header.pack_len().read(),
        req_cmd: header.req_cmd().read(),
        rsp_code: header.rsp_code().read(),
    };
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    Some(view(bytes)?.pack_flow().read())
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let header = view(bytes)?;
    Some(super::sum(
        header.version().read(),
        header.pack_flow().read(),
        header.pack_len().read(),
        header.req_cmd().read(),
        header.rsp_code().read(),
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let mut header = View::new([0; LEN]);
    header.version_mut().write(fields.version);
    header.pack_flow_mut().write(fields.pack_flow);
    header.pack_len_mut().write(fields.pack_len);
    header.req_cmd_mut().write(fields.req_cmd);
    header.rsp_code_mut().write(fields.rsp_code);
    out.extend_from_slice(&header.into_storage());
    true
}
