//! As one writes it: a check, then fields at constant offsets; an array, appended.

use super::{Fields, LEN, MAGIC, MAX_BODY};

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(header) = bytes.first_chunk::<LEN>() else {
        return false;
    };
    let [
        m0,
        m1,
        flags,
        status,
        i0,
        i1,
        i2,
        i3,
        i4,
        i5,
        i6,
        i7,
        l0,
        l1,
        l2,
        l3,
    ] = *header;
    let body_length = u32::from_be_bytes([l0, l1, l2, l3]);
    if u16::from_be_bytes([m0, m1]) != MAGIC || body_length > MAX_BODY {
        return false;
    }
    let request_id = u64::from_be_bytes([i0, i1, i2, i3, i4, i5, i6, i7]);
    *out = Fields::new(flags, status, request_id, body_length);
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    out.extend_from_slice(&fields.to_bytes());
    true
}

impl Fields {
    /// The header's bytes.
    #[inline]
    pub(super) fn to_bytes(self) -> [u8; LEN] {
        let mut header = [0; LEN];
        header[..2].copy_from_slice(&MAGIC.to_be_bytes());
        header[2] = self.flags();
        header[3] = self.status;
        header[4..12].copy_from_slice(&self.request_id.to_be_bytes());
        header[12..].copy_from_slice(&self.body_length.to_be_bytes());
        header
    }
}
