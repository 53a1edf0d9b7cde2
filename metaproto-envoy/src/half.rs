//! What the two halves of the bridge have in common: bytes in, bytes out, and nothing of Envoy.

use bytes::BytesMut;
use metaproto_codec::Output;

use crate::tally::Tally;

/// One half of the bridge, between a peer that speaks the protocol and an end of Envoy that speaks HTTP/2.
///
/// It has no sockets and no clock. After each call, whoever drives it takes what there is to write
/// ([`to_peer`](Self::to_peer), [`to_http`](Self::to_http)), looks whether the peer should be read further
/// ([`is_full`](Self::is_full)) and whether the connection is to be [closed](Self::closing).
pub(crate) trait Half {
    /// Makes room for so many bytes of the peer's, which come in several pieces.
    fn reserve(&mut self, more: usize);

    /// Takes in bytes that the peer sent.
    fn receive(&mut self, bytes: &[u8]);

    /// Where the peer's bytes may be appended without a copy in between; [`received`](Self::received) follows.
    fn read_buffer(&mut self) -> &mut BytesMut;

    /// Looks at what was appended to [`read_buffer`](Self::read_buffer).
    fn received(&mut self);

    /// The peer sends no more. It may still read.
    fn end(&mut self);

    /// Takes in bytes of HTTP/2.
    fn receive_http(&mut self, bytes: &[u8]);

    /// What is to be written to the peer.
    fn to_peer(&mut self) -> &mut Output;

    /// What is to be written to HTTP/2.
    fn to_http(&mut self) -> &mut BytesMut;

    /// Whether the peer should not be read before something was answered.
    fn is_full(&self) -> bool;

    /// Whether and how the connection is to be closed, once all is written that there is to write.
    fn closing(&self) -> Option<&Closing>;

    /// What was counted since the tally was last emptied.
    fn tally(&mut self) -> &mut Tally;
}

/// Why a connection is to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// All was answered, and the peer sends no more.
    Done,
    /// The peer, or Envoy, broke the rules of its protocol; for the log.
    Refused(String),
}
