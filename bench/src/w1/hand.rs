//! As one writes it: a check, then fields at constant offsets; an array, appended.

use super::{Fields, LEN};

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(header) = bytes.first_chunk::<LEN>() else {
        return false;
    };
    let [version, f0, f1, f2, f3, l0, l1, l2, l3, c0, c1, r0, r1] = *header;
    *out = Fields {
        version: i8::from_be_bytes([version]),
        pack_flow: u32::from_be_bytes([f0, f1, f2, f3]),
        pack_len: u32::from_be_bytes([l0, l1, l2, l3]),
        req_cmd: i16::from_be_bytes([c0, c1]),
        rsp_code: i16::from_be_bytes([r0, r1]),
    };
    true
}

pub(super) fn read_one(bytes: &[u8]) -> Option<u32> {
    let [_, f0, f1, f2, f3, ..] = *bytes.first_chunk::<LEN>()?;
    Some(u32::from_be_bytes([f0, f1, f2, f3]))
}

pub(super) fn read_all(bytes: &[u8]) -> Option<u64> {
    let [version, f0, f1, f2, f3, l0, l1, l2, l3, c0, c1, r0, r1] = *bytes.first_chunk::<LEN>()?;
    Some(super::sum(
        i8::from_be_bytes([version]),
        u32::from_be_bytes([f0, f1, f2, f3]),
        u32::from_be_bytes([l0, l1, l2, l3]),
        i16::from_be_bytes([c0, c1]),
        i16::from_be_bytes([r0, r1]),
    ))
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    out.extend_from_slice(&fields.to_bytes());
    true
}

impl Fields {
    /// The header's bytes.
    #[inline]
    pub(super) fn to_bytes(self) -> [u8; LEN] {
        let [version] = self.version.to_be_bytes();
        let [f0, f1, f2, f3] = self.pack_flow.to_be_bytes();
        let [l0, l1, l2, l3] = self.pack_len.to_be_bytes();
        let [c0, c1] = self.req_cmd.to_be_bytes();
        let [r0, r1] = self.rsp_code.to_be_bytes();
        [version, f0, f1, f2, f3, l0, l1, l2, l3, c0, c1, r0, r1]
    }
}
