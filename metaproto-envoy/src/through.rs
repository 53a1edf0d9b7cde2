//! A half that changes nothing, to try what drives halves.

use bytes::{BufMut, BytesMut};
use metaproto_codec::{Fault, Output};

use crate::half::{Closing, Half};
use crate::tally::{Counter, Histogram, Tally};

/// Passes bytes on as they are. All is answered when as many came from one side as from the other.
///
/// Some words make it do what real halves do: of the peer `panic`, `refuse`, `full` (until something comes from HTTP) and
/// `beat` (which is answered at once); of HTTP `ping`, which HTTP is owed an answer to.
#[derive(Debug, Default)]
pub(crate) struct Through {
    read: BytesMut,
    to_peer: Output,
    to_http: BytesMut,
    from_peer: usize,
    from_http: usize,
    ended: bool,
    full: bool,
    closing: Option<Closing>,
    tally: Tally,
}

impl Through {
    fn settle(&mut self) {
        if self.ended && self.from_http >= self.from_peer {
            self.closing.get_or_insert(Closing::Done);
        }
    }
}

impl Half for Through {
    fn reserve(&mut self, more: usize) {
        self.read.reserve(more);
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.read.extend_from_slice(bytes);
        self.received();
    }

    fn read_buffer(&mut self) -> &mut BytesMut {
        &mut self.read
    }

    fn received(&mut self) {
        match &self.read[..] {
            b"panic" => panic!("told to"),
            b"refuse" => {
                self.tally.count(Counter::Refused);
                self.tally.fault(&Fault::Depth);
                self.closing = Some(Closing::Refused("told to refuse".to_owned()));
            }
            b"full" => self.full = true,
            b"beat" => self.to_peer.push(b"back"),
            _ => {}
        }
        self.tally.sample(Histogram::RequestBytes, self.read.len());
        self.from_peer += self.read.len();
        self.to_http.put(self.read.split());
        self.settle();
    }

    fn end(&mut self) {
        self.ended = true;
        self.settle();
    }

    fn receive_http(&mut self, bytes: &[u8]) {
        if bytes == b"ping" {
            self.to_http.put_slice(b"pong");
        }
        self.full = false;
        self.from_http += bytes.len();
        self.to_peer.push(bytes);
        self.settle();
    }

    fn to_peer(&mut self) -> &mut Output {
        &mut self.to_peer
    }

    fn to_http(&mut self) -> &mut BytesMut {
        &mut self.to_http
    }

    fn is_full(&self) -> bool {
        self.full
    }

    fn closing(&self) -> Option<&Closing> {
        self.closing.as_ref()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }
}
