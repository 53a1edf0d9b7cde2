//! One direction of a connection, decoded as its bytes come.

use std::io;

use metaproto_codec::{
    Codec, CodecError, Direction, Fault, IdSpace, Limits, Metadata, Next, Session,
};

use super::{End, Fields, Gap, Item, Layout, Message, Subject};

/// Decodes a stream. After an error it takes bytes and makes nothing of them.
pub(super) struct Walk {
    session: Session<Box<dyn Codec>>,
    metadata: Metadata,
    id_space: IdSpace,
    fields: fn(&Metadata) -> Result<Fields, CodecError>,
    layout: fn(&Metadata) -> Option<Layout>,
    /// Bytes of the stream before those of the session.
    base: u64,
    /// Bytes to come that are the rest of a message without a start.
    skip: u64,
    fault: Option<End>,
}

/// Takes what is found.
pub(super) type Report<'a> = &'a mut dyn FnMut(Item<'_>) -> io::Result<()>;

impl Walk {
    pub(super) fn new(subject: Subject, direction: Direction) -> Self {
        let Subject {
            codec,
            fields,
            layout,
        } = subject;
        // The codec's own limits hold.
        let limits = Limits {
            max_frame: usize::MAX,
        };
        Self {
            id_space: codec.capabilities().request_id,
            session: Session::new(codec, direction, limits),
            metadata: Metadata::new(direction),
            fields,
            layout,
            base: 0,
            skip: 0,
            fault: None,
        }
    }

    /// Takes the next bytes.
    pub(super) fn receive(&mut self, bytes: &[u8], report: Report<'_>) -> io::Result<()> {
        if self.fault.is_some() {
            return Ok(());
        }
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX);
        let skipped = skipped.min(bytes.len());
        self.skip -= skipped as u64;
        self.base += skipped as u64;
        self.session
            .receive(bytes.get(skipped..).unwrap_or_default());
        loop {
            match self.session.next_message(&mut self.metadata) {
                Ok(Next::Message { offset }) => self.message(self.base + offset, report)?,
                Ok(Next::Wait { .. }) => return Ok(()),
                Err(error) => self.fault = Some(self.end_of(error)),
            }
            if self.fault.is_some() {
                return Ok(());
            }
        }
    }

    /// Whether nothing more can be made of the stream.
    pub(super) fn is_over(&self) -> bool {
        self.fault.is_some()
    }

    fn message(&mut self, offset: u64, report: Report<'_>) -> io::Result<()> {
        match (self.fields)(&self.metadata) {
            Ok(fields) => {
                let layout = (self.layout)(&self.metadata);
                let schema = || {
                    let schema = self.session.codec().schema(self.session.direction())?;
                    Some(Layout { start: 0, schema })
                };
                report(Item::Message(Message {
                    offset,
                    metadata: &self.metadata,
                    id_space: self.id_space,
                    fields,
                    layout: layout.or_else(schema),
                }))
            }
            Err(error) => {
                self.fault = Some(End::Error {
                    offset: offset + error.offset(),
                    error,
                });
                Ok(())
            }
        }
    }

    /// Goes on behind bytes that are missing, with a new codec of the same protocol.
    pub(super) fn skip_gap(
        &mut self,
        subject: Subject,
        offset: u64,
        missing: u64,
        report: Report<'_>,
    ) -> io::Result<()> {
        let mut gap = Gap {
            offset,
            missing,
            before: self.session.buffered() as u64,
            behind: self.skip.saturating_sub(missing),
        };
        if self.fault.is_none() {
            if let End::Wait { at_least, .. } = self.state() {
                gap.behind = (at_least as u64).saturating_sub(missing);
            }
            let fault = self.fault.take();
            *self = Self::new(subject, self.session.direction());
            (self.base, self.skip, self.fault) = (offset + missing, gap.behind, fault);
        }
        report(Item::Gap(gap))
    }

    /// Reports how the stream ends that stops here.
    pub(super) fn finish(mut self, report: Report<'_>) -> io::Result<End> {
        let end = self.state();
        report(Item::End(&end))?;
        Ok(end)
    }

    fn state(&mut self) -> End {
        if let Some(fault) = &self.fault {
            return fault.clone();
        }
        if let (at_least @ 1.., 0) = (self.skip, self.session.buffered()) {
            let at_least = usize::try_from(at_least).unwrap_or(usize::MAX);
            let buffered = 0;
            return End::Wait { buffered, at_least };
        }
        let buffered = self.session.buffered();
        match self.session.finish() {
            Ok(()) => End::Clean,
            Err(error) => match *error.fault() {
                Fault::Truncated { missing } => End::Wait {
                    buffered,
                    at_least: missing,
                },
                _ => self.end_of(error),
            },
        }
    }

    fn end_of(&self, error: CodecError) -> End {
        match End::of(error) {
            End::Error { offset, error } => End::Error {
                offset: self.base + offset,
                error,
            },
            end => end,
        }
    }
}
