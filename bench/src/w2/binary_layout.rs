//! Bits, magic and limit by hand; its views panic where bytes are missing, so their length is checked first.

use super::{Fields, LEN, MAGIC, MAX_BODY};

mod layout {
    use binary_layout::binary_layout;

    binary_layout!(header, BigEndian, {
        magic: u16,
        flags: u8,
        status: u8,
        request_id: u64,
        body_length: u32,
    });
}
use layout::header::View;

pub(super) fn decode(bytes: &[u8], out: &mut Fields) -> bool {
    let Some(header) = bytes.first_chunk::<LEN>().map(View::new) else {
        return false;
    };
    if header.magic().read() != MAGIC || header.body_length().read() > MAX_BODY {
        return false;
    }
    *out = Fields::new(
        header.flags().read(),
        header.status().read(),
        header.request_id().read(),
        header.body_length().read(),
    );
    true
}

pub(super) fn encode(fields: &Fields, out: &mut Vec<u8>) -> bool {
    let mut header = View::new([0; LEN]);
    header.magic_mut().write(MAGIC);
    header.flags_mut().write(fields.flags());
    header.status_mut().write(fields.status);
    header.request_id_mut().write(fields.request_id);
    header.body_length_mut().write(fields.body_length);
    out.extend_from_slice(&header.into_storage());
    true
}
