//! Through a session and `HeaderCodec`: a message is its metadata, from which id, command and body are taken.

use metaproto_codec::{Direction, HeaderCodec, Limits, Metadata, Next, RequestId, Value};

use super::{Framer, Sink};
use crate::w1::AwesomeHeader;

pub(super) struct Session {
    session: metaproto_codec::Session<HeaderCodec<AwesomeHeader>>,
    metadata: Metadata,
}

impl Default for Session {
    fn default() -> Self {
        let direction = Direction::ClientToServer;
        Self {
            session: metaproto_codec::Session::new(
                HeaderCodec::new(),
                direction,
                Limits::default(),
            ),
            metadata: Metadata::new(direction),
        }
    }
}

impl Framer for Session {
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        self.session.receive(chunk);
        loop {
            match self.session.next_message(&mut self.metadata) {
                Ok(Next::Message { .. }) => hand_on(&self.metadata, sink),
                Ok(Next::Wait { .. }) => return true,
                Err(_) => return false,
            }
        }
    }

    fn left(&self) -> usize {
        self.session.buffered()
    }
}

#[inline(always)]
fn hand_on(message: &Metadata, sink: &mut impl Sink) {
    let flow = match message.request_id() {
        Some(RequestId::Number(id)) => id as u32,
        _ => 0,
    };
    let cmd = match message.get("cmd") {
        Some(Value::Signed(cmd)) => cmd as i16,
        _ => 0,
    };
    sink.message(flow, cmd, &message.frame()[message.header_size()..]);
}
