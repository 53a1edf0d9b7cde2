//! The length-delimited codec, and the header read from the frames that it finds.

use bytes::{Buf, BytesMut};
use tokio_util::codec::{Decoder, LengthDelimitedCodec};

use super::{Framer, MAX_FRAME, Sink};
use crate::w1::LEN;

pub(super) struct LengthDelimited {
    codec: LengthDelimitedCodec,
    buffer: BytesMut,
}

impl Default for LengthDelimited {
    fn default() -> Self {
        let codec = LengthDelimitedCodec::builder()
            .length_field_offset(5)
            .length_field_type::<u32>()
            .num_skip(0)
            .max_frame_length(MAX_FRAME as usize)
            .new_codec();
        Self {
            codec,
            buffer: BytesMut::new(),
        }
    }
}

impl Framer for LengthDelimited {
    fn feed(&mut self, chunk: &[u8], sink: &mut impl Sink) -> bool {
        self.buffer.extend_from_slice(chunk);
        loop {
            match self.codec.decode(&mut self.buffer) {
                Ok(Some(mut frame)) if frame.len() >= LEN => {
                    let (_, flow, _) = (frame.get_i8(), frame.get_u32(), frame.get_u32());
                    let (cmd, _) = (frame.get_i16(), frame.get_i16());
                    sink.message(flow, cmd, &frame);
                }
                Ok(None) => return true,
                Ok(Some(_)) | Err(_) => return false,
            }
        }
    }

    fn left(&self) -> usize {
        self.buffer.len()
    }
}
