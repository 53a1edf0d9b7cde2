//! What differs from protocol to protocol.

use bytes::Bytes;
use metaproto_codec::{Codec, MessageType, Metadata};

use crate::{Expected, Message};

/// A protocol as the checks of this crate see it. Implemented beside the tests of a codec.
pub trait Protocol {
    /// A fresh codec.
    fn codec(&self) -> Box<dyn Codec>;

    /// What the codec must say of a recorded message.
    fn expected(&self, message: &Message<'_>) -> Expected;

    /// Further facts of the recording that the codec, or a header of the protocol, must agree with: one sentence for
    /// each that it does not.
    fn disagreements(&self, message: &Message<'_>, found: &Metadata) -> Vec<String> {
        let _ = (message, found);
        Vec::new()
    }

    /// Whether what was recorded is no message, and is skipped. By default nothing is.
    fn is_skipped(&self, message: &Message<'_>) -> bool {
        let _ = message;
        false
    }

    /// Whether a mutation can replace the request id of `message`, which has one. Where it cannot, it must be refused. By
    /// default it can.
    fn can_renumber(&self, message: &Metadata) -> bool {
        let _ = message;
        true
    }

    /// Whether a mutation of `message` can set `key`. Where it cannot, it must be refused by an error that names the
    /// key.
    ///
    /// By default, what the codec declares: its settable keys, and, if its properties are open, every other key that is
    /// not one of its own, in requests and responses.
    fn can_set(&self, message: &Metadata, key: &str) -> bool {
        let capabilities = self.codec().capabilities();
        let is_settable = capabilities
            .settable
            .iter()
            .any(|name| name.eq_ignore_ascii_case(key));
        is_settable || self.can_remove(message, key)
    }

    /// Whether a mutation of `message` can remove `key`. By default, if it is an open property.
    fn can_remove(&self, message: &Metadata, key: &str) -> bool {
        let is_open = self.codec().capabilities().open_properties;
        is_open && !self.own_keys().contains(&key) && is_unary(message.kind())
    }

    /// Keys of the codec's own, which an open property cannot have.
    fn own_keys(&self) -> &'static [&'static str] {
        &[]
    }

    /// Values that `key` can hold. By default some texts: empty, short, long, beyond ASCII.
    fn values(&self, key: &str) -> Vec<String> {
        let _ = key;
        [
            "",
            "x",
            "蓝色 😀",
            "a value of some length that outgrows what was there",
        ]
        .map(str::to_owned)
        .into()
    }

    /// Bytes that a change of one property may change beside its name and value: lengths, counts, tags, padding.
    fn overhead(&self) -> usize {
        24
    }

    /// The bytes of `message` that no change may touch. By default its body.
    fn untouched(&self, message: &Metadata) -> Bytes {
        message.share_body()
    }

    /// Whether `message`, given a property that it lacks and then rid of it, must have its very bytes again. By default
    /// it must; not so where a container stays behind that was not there before.
    fn restores(&self, message: &Metadata) -> bool {
        let _ = message;
        true
    }
}

fn is_unary(kind: MessageType) -> bool {
    use MessageType::{Error, OneWay, Request, Response};
    matches!(kind, Request | OneWay | Response | Error)
}
