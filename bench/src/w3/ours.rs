//! `#[derive(Header)]` of metaproto-codec.

use metaproto_codec::wire::{Sizes, Writer};
use metaproto_codec::{Header, KIB, MIB, Part};

use super::{Call, Encode};

/// Header of a call.
#[derive(Header, Clone, Debug, Default, PartialEq, Eq)]
#[header(big_endian)]
pub(crate) struct CallHeader {
    #[header(header_len, max = 16 * KIB)]
    header_length: u16,
    #[header(body_len, max = 16 * MIB)]
    body_length: u32,
    #[header(len = u16, max = 0xFFFF, metadata = "service")]
    service: String,
    #[header(len = u16, max = 0xFFFF, metadata = "method")]
    method: String,
    #[header(count = u16, max = 64, key(len = u16, max = 0xFFFF), value(len = u16, max = 0xFFFF), metadata)]
    pairs: Vec<(String, String)>,
}

/// The header with a body of its own.
pub(super) struct Owned {
    header: CallHeader,
    body: Vec<u8>,
}

pub(super) fn own(bytes: &[u8]) -> Option<Owned> {
    let (header, _, sizes) = CallHeader::read_sized(bytes).ok()?;
    let body = bytes.get(sizes.header..)?.get(..sizes.body)?.to_owned();
    Some(Owned { header, body })
}

impl Owned {
    pub(super) fn to_call(&self) -> Call {
        Call {
            service: self.header.service.clone(),
            method: self.header.method.clone(),
            pairs: self.header.pairs.clone(),
            body: self.body.clone(),
        }
    }
}

pub(super) fn encoder(call: &Call) -> Encode {
    let header = CallHeader {
        service: call.service.clone(),
        method: call.method.clone(),
        pairs: call.pairs.clone(),
        ..CallHeader::default()
    };
    let body = call.body.clone();
    Box::new(move |out| {
        let Ok(size) = header.encoded_len() else {
            return false;
        };
        let sizes = Sizes {
            header: size,
            body: body.len(),
        };
        if header.write(&mut Writer::new(out, sizes)).is_err() {
            return false;
        }
        out.extend_from_slice(&body);
        true
    })
}
