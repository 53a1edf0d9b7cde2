//! How each protocol is spoken: the messages that the clients and servers of this test send, and what they read in others.
//!
//! They are written by hand or by `prost`, so that a codec is not held against itself; only to find where a message of
//! the other side ends, and what it says of itself, the codecs are asked.

mod awesomerpc;
mod brpc;
mod dubbo;
mod in_order;
mod thrift;
mod trpc;

use anyhow::Result;
use bytes::Bytes;
use metaproto_codec::{Codec, ErrorType, Metadata};

pub(crate) use self::awesomerpc::AwesomeRpc;
pub(crate) use self::brpc::Brpc;
pub(crate) use self::dubbo::Dubbo;
pub(crate) use self::in_order::InOrder;
pub(crate) use self::thrift::Thrift;
pub(crate) use self::trpc::{StreamFrame, Trpc, stream_frame};

/// The protocols.
pub(crate) const WIRES: [&dyn Wire; 6] =
    [&AwesomeRpc::STOCK, &Dubbo, &Thrift, &Brpc, &Trpc, &InOrder];

/// A column of the table.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// The protocol.
    pub(crate) wire: &'static dyn Wire,
    /// Whether downstream halves are transport sockets, and not network filters.
    pub(crate) sockets: bool,
    /// As the table calls it.
    pub(crate) name: &'static str,
}

impl Column {
    /// All, in their order: each protocol, and two of them once more, which have between them all kinds of messages.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let sockets: [(&dyn Wire, _); 2] = [(&Dubbo, "Dubbo, sockets"), (&Trpc, "tRPC, sockets")];
        let sockets = sockets.map(|(wire, name)| Self {
            wire,
            sockets: true,
            name,
        });
        WIRES.into_iter().map(Self::from).chain(sockets)
    }
}

impl From<&'static dyn Wire> for Column {
    fn from(wire: &'static dyn Wire) -> Self {
        Self {
            wire,
            sockets: false,
            name: wire.name(),
        }
    }
}

/// A protocol.
pub(crate) trait Wire: Send + Sync {
    /// Its name in the table.
    fn name(&self) -> &'static str;

    /// Its codec's name in the module.
    fn codec_name(&self) -> &'static str;

    /// The file name of the module that has the codec, without `lib` and what comes behind.
    fn module(&self) -> &'static str {
        "metaproto"
    }

    /// Its codec.
    fn codec(&self) -> Box<dyn Codec>;

    /// The property that says which operation is called.
    fn key(&self) -> &'static str;

    /// The property that names the service, and its value in all calls.
    fn service(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// The value of that property in calls of operation `number`.
    fn operation(&self, number: u16) -> String;

    /// The bytes of a request.
    fn request(&self, call: &Call<'_>) -> Result<Vec<u8>>;

    /// The bytes of a response to `request`.
    fn reply(&self, request: &Metadata, answer: &Answer<'_>) -> Result<Vec<u8>>;

    /// The payload of a request, or of a response that is no error.
    fn payload(&self, message: &Metadata) -> Result<Bytes>;

    /// What a response says of its request, by the number that the protocol has for it.
    fn code(&self, reply: &Metadata) -> Result<i64>;

    /// The number for a call that a server of this test has failed.
    fn failed(&self) -> i64;

    /// The number for what a proxy reports.
    fn code_of(&self, error: ErrorType) -> i64;

    /// A property that routes can set, add and remove; `None` where the protocol has none.
    fn tag(&self) -> Option<&'static str> {
        Some("zone")
    }

    /// A property that no change can set.
    fn fixed(&self) -> &'static str {
        self.key()
    }

    /// Whether responses have ids, so that they may come in another order than their requests.
    fn has_ids(&self) -> bool {
        true
    }

    /// Whether the protocol has one-way requests.
    fn has_one_way(&self) -> bool {
        false
    }

    /// The bytes of a heartbeat from a client or a server, where the protocol has them.
    fn ping(&self, id: u64) -> Option<Vec<u8>> {
        let _ = id;
        None
    }
}

/// A request to be written.
#[derive(Clone, Copy, Default)]
pub(crate) struct Call<'a> {
    /// The request id.
    pub(crate) id: u64,
    /// Which operation is called.
    pub(crate) operation: u16,
    /// What the server sends back.
    pub(crate) payload: &'a [u8],
    /// Properties, where the protocol has a place for them.
    pub(crate) properties: &'a [(&'a str, &'a str)],
    /// Whether no response is expected.
    pub(crate) one_way: bool,
}

/// A response to be written.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    /// What is sent back; with an error, nothing need be.
    pub(crate) payload: &'a [u8],
    /// Whether the call failed.
    pub(crate) failed: bool,
    /// Properties, where the protocol has a place for them.
    pub(crate) properties: &'a [(&'a str, &'a str)],
}

/// The request id, where the protocol has numbers.
fn id_of(message: &Metadata) -> u64 {
    let id = message.request_id();
    id.and_then(|id| id.number().ok()).unwrap_or_default()
}
