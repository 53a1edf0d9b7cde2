//! What the tests share.
#![allow(dead_code, reason = "each test uses a part")]

use std::cell::Cell;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use dubbo::{Dubbo, DubboHeader};
use metaproto_codec::{Codec, Header, MessageType, Metadata};
use recorded::{Expected, Message, Protocol};

/// A directory beside the tests.
pub(crate) fn directory(name: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("tests").join(name)
}

/// Dubbo as the checks of recordings see it.
#[derive(Default)]
pub(crate) struct Recorded {
    /// Where the attachments stand in the body of the present message.
    attachments: Cell<usize>,
}

impl Protocol for Recorded {
    fn codec(&self) -> Box<dyn Codec> {
        Box::new(Dubbo::default())
    }

    fn expected(&self, message: &Message<'_>) -> Expected {
        let offset = message.number("attachments_offset_in_body").unwrap_or(0);
        self.attachments.set(usize::try_from(offset).unwrap());
        // A method that threw has failed, though the response says that all is well.
        let threw = matches!(message.number("result_type"), Some(0 | 3));
        let expected = if threw {
            Expected::of_kind(message, MessageType::Error)
        } else {
            Expected::common(message)
        };
        let expected = expected.properties_in(message, "attachments");
        let (service, method) = (message.text("service"), message.text("method"));
        let expected = expected
            .property("interface", service)
            .property("method", method);
        match (service, method) {
            (Some(service), Some(method)) => expected.operation(format!("{service}/{method}")),
            _ => expected,
        }
    }

    fn disagreements(&self, message: &Message<'_>, found: &Metadata) -> Vec<String> {
        let header = DubboHeader::read_frame(found.frame()).unwrap();
        let fields = [
            ("serialization_id", header.serialization_id.into()),
            ("status", header.status.into()),
            ("request_id", header.request_id),
            ("body_length", header.body_length.into()),
        ];
        let differs =
            |&(name, value): &(&str, i64)| message.number(name).is_some_and(|fact| fact != value);
        let others = fields.into_iter().filter(differs);
        others
            .map(|(name, value)| format!("{name} is {value}"))
            .collect()
    }

    fn own_keys(&self) -> &'static [&'static str] {
        &["interface", "method"]
    }

    fn can_remove(&self, message: &Metadata, key: &str) -> bool {
        let has_attachments = match message.kind() {
            MessageType::Request | MessageType::OneWay => true,
            // Result types 3 to 5.
            MessageType::Response | MessageType::Error => {
                message.frame()[3] == 20 && matches!(message.body()[0], 0x93..=0x95)
            }
            _ => false,
        };
        has_attachments && !self.own_keys().contains(&key)
    }

    fn untouched(&self, message: &Metadata) -> Bytes {
        message.share_body().slice(..self.attachments.get())
    }
}

/// A request with this body.
pub(crate) fn request(body: &[u8]) -> Vec<u8> {
    message(0xC2, 0, body)
}

/// A message with these flags, this status and this body; its id is 7.
pub(crate) fn message(flags: u8, status: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let header = [
        &[0xDA, 0xBB, flags, status][..],
        &7_u64.to_be_bytes(),
        &length,
    ];
    [&header.concat(), body].concat()
}
