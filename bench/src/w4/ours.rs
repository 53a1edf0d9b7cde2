//! In place, with the views of headers; and through a session and `HeaderCodec`: a message is its metadata, from which id,
//! command and body are taken.

use bytes::Bytes;
use metaproto_codec::{
    Direction, Frame, Frames, HeaderCodec, Limits, Metadata, Next, RequestId, Value,
};

use super::{Framer, Sink};
use crate::w1::AwesomeHeader;

pub(super) struct InPlace(Frames<AwesomeHeader>);

impl Default for InPlace {
    fn default() -> Self {
        Self(Frames::new(Limits::default()))
    }
}

impl Framer for InPlace {
    #[inline(always)]
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        let each = |frame: Frame<'_, AwesomeHeader>| {
            sink.message(frame.view.pack_flow(), frame.view.req_cmd(), frame.body());
        };
        self.0.push(chunk, each).is_ok()
    }

    fn left(&self) -> usize {
        self.0.buffered()
    }
}

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
        self.hand_on(sink)
    }

    fn left(&self) -> usize {
        self.session.buffered()
    }
}

/// As [`Session`], of a host that reads into buffers which can be shared.
#[derive(Default)]
pub(super) struct Sharing(Session);

impl Framer for Sharing {
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        self.0.feed(chunk, sink)
    }

    #[inline(always)]
    fn feed_shared(&mut self, chunk: Bytes, sink: &mut impl Sink) -> bool {
        self.0.session.receive_shared(chunk);
        self.0.hand_on(sink)
    }

    fn left(&self) -> usize {
        self.0.left()
    }
}

impl Session {
    #[inline(always)]
    fn hand_on(&mut self, sink: &mut impl Sink) -> bool {
        loop {
            match self.session.next_message(&mut self.metadata) {
                Ok(Next::Message { .. }) => hand_on(&self.metadata, sink),
                Ok(Next::Wait { .. }) => return true,
                Err(_) => return false,
            }
        }
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
    sink.message(flow, cmd, message.body());
}
