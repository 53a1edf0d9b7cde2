//! `#[derive(Header)]` of metaproto-codec.

use bytes::Bytes;
use metaproto_codec::{Header, KIB, MIB, Message};

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

/// The same, of which the pairs are no properties: so they must be text.
#[derive(Header, Clone, Debug, Default, PartialEq, Eq)]
#[header(big_endian)]
pub(super) struct StrictHeader {
    #[header(header_len, max = 16 * KIB)]
    header_length: u16,
    #[header(body_len, max = 16 * MIB)]
    body_length: u32,
    #[header(len = u16, max = 0xFFFF)]
    service: String,
    #[header(len = u16, max = 0xFFFF)]
    method: String,
    #[header(count = u16, max = 64, key(len = u16, max = 0xFFFF), value(len = u16, max = 0xFFFF))]
    pairs: Vec<(String, String)>,
}

/// The checked header and the body that it stands before.
pub(super) struct Borrowed<'a> {
    view: StrictHeaderView<'a>,
    body: &'a [u8],
}

#[inline]
pub(super) fn borrow(bytes: &[u8]) -> Option<Borrowed<'_>> {
    let (view, sizes) = StrictHeader::view_sized(bytes).ok()?;
    let body = bytes.get(sizes.header..)?.get(..sizes.body)?;
    Some(Borrowed { view, body })
}

impl Borrowed<'_> {
    pub(super) fn to_call(&self) -> Call {
        let own = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Call {
            service: self.view.service().to_owned(),
            method: self.view.method().to_owned(),
            pairs: self.view.pairs().iter().map(own).collect(),
            body: self.body.to_owned(),
        }
    }
}

pub(super) fn own(bytes: &[u8]) -> Option<Message<StrictHeader>> {
    Message::copy(bytes).ok()
}

pub(super) fn share(bytes: &Bytes) -> Option<Message<StrictHeader>> {
    Message::share(bytes.clone()).ok()
}

pub(super) trait ToCall {
    fn to_call(&self) -> Call;
}

impl ToCall for Message<StrictHeader> {
    fn to_call(&self) -> Call {
        let view = self.view().expect("it was checked");
        let body = self.body();
        Borrowed { view, body }.to_call()
    }
}

pub(super) fn encoder(call: &Call) -> Encode {
    let header = StrictHeader {
        service: call.service.clone(),
        method: call.method.clone(),
        pairs: call.pairs.clone(),
        ..StrictHeader::default()
    };
    let body = call.body.clone();
    Box::new(move |out| header.append_to(&body, out).is_ok())
}
