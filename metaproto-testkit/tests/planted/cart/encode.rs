//! Writing a message, changed or as it came.

use std::ops::Range;

use metaproto_codec::wire::Stop;
use metaproto_codec::{CodecError, Fault, Metadata, Mutation, Output};

use super::super::bug::Bug;
use super::draft::Draft;
use super::layout::{Layout, Reader};
use super::{Cart, FIXED, fault};

impl Cart {
    pub(super) fn encode_message(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let frame = message.frame();
        if self.bugs.has(Bug::EncodeClearsOutput) {
            *output = Output::new();
        }
        let never_decoded = self.bugs.has(Bug::EncodeNeedsDecode) && self.memory.last.is_none();
        if frame.is_empty() || never_decoded {
            return Err(fault(0, "message", Fault::NoMessage));
        }
        if mutation.is_empty() && !self.bugs.has(Bug::UnchangedLosesExtension) {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        match self.rewrite(frame, mutation) {
            Ok((header, rest)) => {
                output.push(&header);
                if self.bugs.has(Bug::PayloadCopied) {
                    output.push(&frame[rest]);
                } else {
                    output.push_shared(message.share_frame().slice(rest));
                }
                Ok(())
            }
            Err(error) => {
                match self.bugs.0 {
                    Some(Bug::HalfFrameOnError) => {
                        output.push(frame.get(..FIXED).unwrap_or_default());
                    }
                    Some(Bug::FailureClearsOutput) => *output = Output::new(),
                    _ => {}
                }
                Err(error)
            }
        }
    }

    pub(super) fn measure(
        &self,
        message: &Metadata,
        mutation: &Mutation,
    ) -> Result<usize, CodecError> {
        let frame = message.frame();
        if frame.is_empty() {
            return Err(fault(0, "message", Fault::NoMessage));
        }
        if mutation.is_empty() {
            return Ok(frame.len());
        }
        let (header, rest) = self.rewrite(frame, mutation)?;
        Ok(match self.bugs.0 {
            Some(Bug::EncodedLenOfOriginal) => frame.len(),
            Some(Bug::EncodedLenForgetsExtension) => header.len() + message.body_size(),
            _ => header.len() + rest.len(),
        })
    }

    /// Where the fields of `frame` lie.
    pub(super) fn layout(&self, frame: &[u8]) -> Result<Layout, CodecError> {
        let mut reader = Reader::new(frame);
        Layout::read(&mut reader, self.bugs).map_err(|stop| match stop {
            Stop::Fault(error) => error,
            Stop::Wait => {
                let missing = reader.needed.saturating_sub(frame.len()).max(1);
                fault(frame.len(), "message", Fault::Truncated { missing })
            }
        })
    }

    /// The new header, and what of the frame stays as it is: the extension of the header, and the body.
    fn rewrite(
        &self,
        frame: &[u8],
        mutation: &Mutation,
    ) -> Result<(Vec<u8>, Range<usize>), CodecError> {
        let layout = match self.bugs.0 {
            Some(Bug::EncodeTrustsLastDecode) => self.memory.last.clone().unwrap_or_default(),
            _ => self.layout(frame)?,
        };
        let loses_extension = match self.bugs.0 {
            Some(Bug::ExtensionDropped) => true,
            Some(Bug::UnchangedLosesExtension) => mutation.is_empty(),
            _ => false,
        };
        let start = if loses_extension {
            layout.header
        } else {
            layout.map.end
        };
        let start = start.min(frame.len());
        let extension = layout.header.saturating_sub(start);
        let mut draft = Draft::of(frame, &layout, self.bugs);
        draft.change(mutation)?;
        let header = draft.write(extension, layout.body)?;
        Ok((header, start..frame.len()))
    }
}
