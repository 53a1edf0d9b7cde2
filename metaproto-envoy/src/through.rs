//! A half that changes nothing, to try what drives halves.

use bytes::{BufMut, BytesMut};
use metaproto_codec::Output;

use crate::half::{Closing, Half};
use crate::tally::{Counter, Histogram, Tally};

/// Passes bytes on as they are. All is answered when as many came from one side as from the other.
#[derive(Debug, Default)]
pub(crate) struct Through {
    read: BytesMut,
    to_peer: Output,
    to_http: BytesMut,
    from_peer: usize,
    from_http: usize,
    ended: bool,
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
    fn receive(&mut self, bytes: &[u8]) {
        self.read.extend_from_slice(bytes);
        self.received();
    }

    fn read_buffer(&mut self) -> &mut BytesMut {
        &mut self.read
    }

    fn received(&mut self) {
        let has = |word: &[u8]| self.read.windows(word.len()).any(|it| it == word);
        assert!(!has(b"<panic>"), "told to panic");
        if has(b"<refuse>") {
            self.tally.count(Counter::Refused);
            self.closing = Some(Closing::Refused("told to refuse".to_owned()));
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
        false
    }

    fn closing(&self) -> Option<&Closing> {
        self.closing.as_ref()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }
}
