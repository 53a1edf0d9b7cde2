//! Decoding: three outcomes, and what a message says.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use metaproto_codec::wire::Stop;
use metaproto_codec::{
    CodecError, DecodeStatus, Direction, Fault, FieldPath, MessageType, Metadata, ResponseStatus,
};

use super::super::bug::Bug;
use super::layout::{Layout, Pairs, Reader, read_id};
use super::{Cart, FIXED, MAGIC, fault, is_name};

static MESSAGES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static SCRATCH: Cell<Option<u64>> = const { Cell::new(None) };
}

pub(super) fn clear_scratch() {
    SCRATCH.set(None);
}

impl Cart {
    pub(super) fn decode_message(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        if let Some(answer) = self.answer_unread(input, metadata) {
            return answer;
        }
        let mut reader = Reader::new(input);
        match Layout::read(&mut reader, self.bugs) {
            Ok(layout) => self.done(input, &layout, metadata),
            Err(Stop::Wait) => Ok(self.wait(&reader, metadata)),
            Err(Stop::Fault(error)) => self.refuse(error, &reader, metadata),
        }
    }

    /// What some codecs answer before they look at the message; a right one never does.
    fn answer_unread(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Option<Result<DecodeStatus, CodecError>> {
        match self.bugs.0? {
            Bug::EmptyIsError if input.is_empty() => Some(Err(fault(
                0,
                "message",
                Fault::Truncated { missing: FIXED },
            ))),
            Bug::StallsAfterMessage | Bug::PingDelaysNext
                if self.memory.left > 0 && self.memory.left == input.len() =>
            {
                self.memory.left = 0;
                Some(Ok(DecodeStatus::WaitForData { at_least: 1 }))
            }
            Bug::ResumesAfterError if self.memory.errors > 0 => {
                let skipped = self.memory.errors.min(input.len());
                self.memory.errors = 0;
                let answer = self.decode_message(&input[skipped..], metadata);
                if answer.is_err() {
                    self.memory.errors += skipped;
                }
                Some(answer.map(|status| skip(status, skipped)))
            }
            Bug::ScansForMagic if !input.starts_with(&MAGIC) && input.len() >= MAGIC.len() => {
                let found = input.windows(MAGIC.len()).position(|two| two == MAGIC);
                let Some(skipped) = found else {
                    return Some(Ok(DecodeStatus::WaitForData { at_least: 1 }));
                };
                let answer = self.decode_message(&input[skipped..], metadata);
                Some(answer.map(|status| skip(status, skipped)))
            }
            _ => None,
        }
    }

    fn wait(&mut self, reader: &Reader<'_>, metadata: &mut Metadata) -> DecodeStatus {
        let have = reader.input.len();
        let missing = reader.needed.saturating_sub(have).max(1);
        self.memory.is_mid_frame = have > 0;
        let at_least = match self.bugs.0 {
            Some(Bug::AsksForWholeFrame) => reader.needed,
            Some(Bug::AsksForNothing) => 0,
            Some(Bug::AsksInSteps) => missing.min(8 << 10),
            Some(Bug::CountsBytesTwice) => {
                self.memory.seen += have;
                reader.needed.saturating_sub(self.memory.seen).max(1)
            }
            Some(Bug::ReservesByLength) => {
                self.memory.room.reserve_exact(reader.needed);
                missing
            }
            _ => missing,
        };
        if let Ok(id) = read_id(reader, self.bugs) {
            match self.bugs.0 {
                Some(Bug::DescribesTooEarly) => metadata.set_request_id(id),
                Some(Bug::ForgetsIdWhenResumed) => self.memory.resumed = true,
                Some(Bug::SharesScratch) => SCRATCH.set(Some(id)),
                _ => {}
            }
        }
        DecodeStatus::WaitForData { at_least }
    }

    fn refuse(
        &mut self,
        error: CodecError,
        reader: &Reader<'_>,
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        match self.bugs.0 {
            Some(Bug::DescribesOnError) => {
                if let Ok(id) = read_id(reader, self.bugs) {
                    metadata.set_request_id(id);
                }
            }
            Some(Bug::ErrorsBecomeWait) => return Ok(DecodeStatus::WaitForData { at_least: 1 }),
            Some(Bug::ErrorsWithoutPlace) => {
                let path = FieldPath::default();
                return Err(CodecError::new(0, path, error.fault().clone()));
            }
            Some(Bug::ResumesAfterError) => self.memory.errors += 1,
            _ => {}
        }
        Err(error)
    }

    fn done(
        &mut self,
        input: &[u8],
        layout: &Layout,
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        if self.bugs.has(Bug::PeeksAtNext)
            && let Some(found) = input.get(layout.frame()).copied()
            && found != MAGIC[0]
        {
            let expected = MAGIC[0];
            let fault_of_next = Fault::Constant { expected, found };
            return Err(fault(layout.frame(), "magic", fault_of_next));
        }
        if self.bugs.has(Bug::RecursesIntoBody) {
            depth(&input[layout.header..layout.frame()]);
        }
        self.describe(input, layout, metadata);
        let consumed = match self.bugs.0 {
            Some(Bug::PongConsumesNothing) if layout.kind == MessageType::Pong => 0,
            Some(Bug::TakesWholeBuffer) => input.len(),
            Some(Bug::LeavesExtension) => layout.map.end + layout.body,
            _ => layout.frame().min(input.len()),
        };
        self.remember(input, layout, consumed);
        Ok(DecodeStatus::Done { consumed })
    }

    fn describe(&mut self, input: &[u8], layout: &Layout, metadata: &mut Metadata) {
        let kind = self.kind_of(layout, metadata.direction());
        metadata.set_kind(kind);
        if matches!(kind, MessageType::Response | MessageType::Error) {
            metadata.set_status(match kind {
                MessageType::Error => ResponseStatus::Error,
                _ => ResponseStatus::Ok,
            });
        }
        match self.bugs.0 {
            Some(Bug::ForgetsIdWhenResumed) if self.memory.resumed => {}
            Some(Bug::IdZeroIsNone) if layout.id == 0 => {}
            Some(Bug::SharesScratch) => {
                metadata.set_request_id(SCRATCH.take().unwrap_or(layout.id));
            }
            _ => metadata.set_request_id(layout.id),
        }
        metadata.property("retries", layout.retries);
        self.describe_method(input, layout, metadata);
        self.describe_properties(input, layout, metadata);
        if self.bugs.has(Bug::NumbersMessages) {
            metadata.property("sequence", MESSAGES.fetch_add(1, Ordering::Relaxed));
        }
        metadata.set_header_size(match self.bugs.0 {
            Some(Bug::ForgetsHeaderSize) => 0,
            Some(Bug::CountsExtensionAsBody) => layout.map.end,
            _ => layout.header,
        });
    }

    fn kind_of(&self, layout: &Layout, direction: Direction) -> MessageType {
        let is_ok = match self.bugs.0 {
            Some(Bug::RareStatusIsOk) => matches!(layout.status, 0 | 0xFF),
            Some(Bug::ErrorStatusSticks) => layout.status == 0 && !self.memory.was_error,
            _ => layout.status == 0,
        };
        let has_status =
            layout.kind == MessageType::Response || self.bugs.has(Bug::StatusMakesError);
        let kind = if has_status && !is_ok {
            MessageType::Error
        } else {
            layout.kind
        };
        match kind {
            MessageType::Request
            | MessageType::OneWay
            | MessageType::Response
            | MessageType::Error
                if self.bugs.has(Bug::TurnsWrongDirection) && !kind.may_travel(direction) =>
            {
                match direction {
                    Direction::ClientToServer => MessageType::Request,
                    Direction::ServerToClient => MessageType::Response,
                }
            }
            kind => kind,
        }
    }

    fn describe_method(&mut self, input: &[u8], layout: &Layout, metadata: &mut Metadata) {
        let bytes = input.get(layout.method.clone()).unwrap_or_default();
        match self.bugs.0 {
            Some(Bug::KeepsLastMethod) if bytes.is_empty() => {
                metadata.set_operation(self.memory.method.clone());
            }
            Some(Bug::LossyMethod) => {
                metadata.set_operation(String::from_utf8_lossy(bytes).into_owned());
            }
            _ => metadata.set_operation(layout.method.clone()),
        }
        metadata.property("method", layout.method.clone());
    }

    fn describe_properties(&self, input: &[u8], layout: &Layout, metadata: &mut Metadata) {
        let map = input.get(layout.map.clone()).unwrap_or_default();
        for (key, value) in Pairs::new(map, layout.map.start, self.bugs).flatten() {
            let text = |range| input.get(range).and_then(|part| str::from_utf8(part).ok());
            let (Some(name), Some(_)) = (text(key.clone()), text(value.clone())) else {
                continue;
            };
            if self.bugs.has(Bug::PeerNamesOperation) && name.eq_ignore_ascii_case("method") {
                metadata.set_operation(value.clone());
            }
            if is_name(name) || self.bugs.has(Bug::ExposesOddKeys) {
                metadata.peer_property(key, value);
            }
        }
    }

    /// Notes what codecs with a mistake will trip over later.
    fn remember(&mut self, input: &[u8], layout: &Layout, consumed: usize) {
        let memory = &mut self.memory;
        (memory.seen, memory.resumed, memory.is_mid_frame) = (0, false, false);
        let delays = !self.bugs.has(Bug::PingDelaysNext) || layout.kind == MessageType::Ping;
        memory.left = if delays { input.len() - consumed } else { 0 };
        match self.bugs.0 {
            Some(Bug::KeepsLastMethod) => {
                let method = input.get(layout.method.clone()).unwrap_or_default();
                memory.method = String::from_utf8_lossy(method).into_owned();
            }
            Some(Bug::ErrorStatusSticks) => {
                memory.was_error |= layout.kind == MessageType::Response && layout.status != 0;
            }
            Some(Bug::EncodeNeedsDecode | Bug::EncodeTrustsLastDecode) => {
                memory.last = Some(layout.clone());
            }
            _ => {}
        }
    }
}

fn skip(status: DecodeStatus, skipped: usize) -> DecodeStatus {
    match status {
        DecodeStatus::Done { consumed } => DecodeStatus::Done {
            consumed: consumed + skipped,
        },
        other => other,
    }
}

/// How deep groups nest at the start of the body.
fn depth(body: &[u8]) -> usize {
    match body.split_first() {
        // An optimizer must not make a loop of it.
        Some((b'(', rest)) => 1 + std::hint::black_box(depth(std::hint::black_box(rest))),
        _ => 0,
    }
}
