//! The loop of most networking code: all into a `BytesMut`, each message split off and frozen.

use bytes::{Buf, BytesMut};

use super::hand::frame_len;
use super::{Framer, Sink};
use crate::w1::LEN;

#[derive(Default)]
pub(super) struct SplitTo {
    buffer: BytesMut,
}

impl Framer for SplitTo {
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        self.buffer.extend_from_slice(chunk);
        while let Some(header) = self.buffer.first_chunk::<LEN>() {
            let Some(length) = frame_len(header) else {
                return false;
            };
            if self.buffer.len() < length {
                return true;
            }
            let mut frame = self.buffer.split_to(length).freeze();
            let (_, flow, _) = (frame.get_i8(), frame.get_u32(), frame.get_u32());
            let (cmd, _) = (frame.get_i16(), frame.get_i16());
            sink.message(flow, cmd, &frame);
        }
        true
    }

    fn left(&self) -> usize {
        self.buffer.len()
    }
}
