//! The codec under test, behind calls that no panic leaves.

use std::cell::Cell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use bytes::Bytes;
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Limits, Metadata, Mutation,
    Output, Schema,
};

use crate::facts::Facts;

/// Makes a codec; called for each connection and direction.
pub(crate) type Make = Arc<dyn Fn() -> Box<dyn Codec> + Send + Sync>;

/// The codec under test.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) make: Make,
    /// A second implementation of the same protocol.
    pub(crate) reference: Option<Make>,
    pub(crate) capabilities: Capabilities,
    pub(crate) limits: Limits,
    /// Bytes that the process has allocated so far.
    pub(crate) allocated: Option<fn() -> usize>,
    /// The test that is started in a process of its own.
    pub(crate) isolated_test: Option<String>,
    schemas: [Option<Schema>; 2],
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("name", &self.name)
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}

/// What a codec answers to one call of `decode`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Done { consumed: usize, facts: Box<Facts> },
    Wait { at_least: usize },
    Skip { consumed: usize },
    Error(CodecError),
    Panic(String),
}

impl Answer {
    /// The facts, if this is one message of exactly `length` bytes.
    pub(crate) fn whole(&self, length: usize) -> Option<&Facts> {
        match self {
            Self::Done { consumed, facts } if *consumed == length => Some(facts),
            _ => None,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done { consumed, .. } => write!(f, "Done {{ consumed: {consumed} }}"),
            Self::Wait { at_least } => write!(f, "WaitForData {{ at_least: {at_least} }}"),
            Self::Skip { consumed } => write!(f, "Skip {{ consumed: {consumed} }}"),
            Self::Error(error) => write!(f, "an error: {error}"),
            Self::Panic(text) => write!(f, "a panic: {text}"),
        }
    }
}

/// What `encode`, `on_error` or `heartbeat_reply` appended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    Bytes(Bytes),
    Refused(CodecError),
    Panic(String),
    /// What the output held before is no longer there, or bytes were left behind by a call that failed.
    Spoiled {
        found: Bytes,
    },
}

impl Written {
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Refused(error) => write!(f, "an error: {error}"),
            Self::Panic(text) => write!(f, "a panic: {text}"),
            Self::Spoiled { found } => write!(
                f,
                "an output of {} bytes that was tampered with",
                found.len()
            ),
        }
    }
}

/// A message that the codec has decoded, ready to be encoded.
#[derive(Clone, Debug)]
pub(crate) struct Decoded {
    pub(crate) metadata: Metadata,
    pub(crate) facts: Facts,
}

/// A codec that is dropped without disturbing a test; R011 is about that.
pub(crate) struct Instance(Option<Box<dyn Codec>>);

impl Deref for Instance {
    type Target = dyn Codec;

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Instance {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0
            .as_deref_mut()
            .expect("it is there until it is dropped")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let codec = self.0.take();
        let _ = guard(|| drop(codec));
    }
}

impl Codec for Instance {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        (**self).decode(input, metadata)
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        (**self).encode(message, mutation, output)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        (**self).on_error(request, error, output)
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        (**self).heartbeat_reply(ping, output)
    }

    fn encoded_len(&self, message: &Metadata, mutation: &Mutation) -> Result<usize, CodecError> {
        (**self).encoded_len(message, mutation)
    }

    fn schema(&self, direction: Direction) -> Option<Schema> {
        (**self).schema(direction)
    }
}

/// What stands in an output before a codec appends to it: an owned piece, a shared one, and an owned one.
const BEFORE: [&[u8]; 3] = [b"own", b"shared", b"own again"];

impl Subject {
    pub(crate) fn new(name: String, make: Make) -> Self {
        let codec = make();
        let directions = [Direction::ClientToServer, Direction::ServerToClient];
        Self {
            name,
            reference: None,
            capabilities: codec.capabilities(),
            limits: Limits::default(),
            allocated: None,
            isolated_test: None,
            schemas: directions.map(|direction| codec.schema(direction)),
            make,
        }
    }

    pub(crate) fn codec(&self) -> Instance {
        Instance(Some((self.make)()))
    }

    pub(crate) fn schema(&self, direction: Direction) -> Option<&Schema> {
        self.schemas[direction as usize].as_ref()
    }

    /// The largest message that codec and host accept, bytes.
    pub(crate) fn max_frame(&self) -> usize {
        self.capabilities.max_frame.min(self.limits.max_frame)
    }

    /// One call of `decode`, and the metadata as it was left.
    pub(crate) fn ask_for(
        &self,
        codec: &mut dyn Codec,
        direction: Direction,
        input: &[u8],
    ) -> (Answer, Metadata) {
        let mut metadata = Metadata::new(direction);
        let status = guard(|| codec.decode(input, &mut metadata));
        let answer = match status {
            Err(panic) => Answer::Panic(panic),
            Ok(Err(error)) => Answer::Error(error),
            Ok(Ok(DecodeStatus::WaitForData { at_least })) => Answer::Wait { at_least },
            Ok(Ok(DecodeStatus::Skip { consumed })) => Answer::Skip { consumed },
            Ok(Ok(DecodeStatus::Done { consumed })) => {
                let frame = input.get(..consumed).unwrap_or(input);
                metadata.attach_frame(Bytes::copy_from_slice(frame));
                Answer::Done {
                    consumed,
                    facts: Box::new(Facts::of(&metadata)),
                }
            }
        };
        (answer, metadata)
    }

    /// One call of `decode`.
    pub(crate) fn ask(&self, codec: &mut dyn Codec, direction: Direction, input: &[u8]) -> Answer {
        self.ask_for(codec, direction, input).0
    }

    /// One call of `decode` of a new instance.
    pub(crate) fn ask_fresh(&self, direction: Direction, input: &[u8]) -> Answer {
        self.ask(&mut *self.codec(), direction, input)
    }

    /// The one message that a new instance finds in `bytes`, if they are exactly that.
    pub(crate) fn decode(&self, direction: Direction, bytes: &Bytes) -> Option<Decoded> {
        let (answer, mut metadata) = self.ask_for(&mut *self.codec(), direction, bytes);
        let facts = answer.whole(bytes.len())?.clone();
        metadata.attach_frame(bytes.clone());
        Some(Decoded { metadata, facts })
    }

    /// What a new instance writes for `message` with the changes of `mutation`.
    pub(crate) fn encode(&self, message: &Metadata, mutation: &Mutation) -> Written {
        self.encode_on(&*self.codec(), message, mutation)
    }

    pub(crate) fn encode_on(
        &self,
        codec: &dyn Codec,
        message: &Metadata,
        mutation: &Mutation,
    ) -> Written {
        append(|output| codec.encode(message, mutation, output))
    }

    /// What a new instance answers to `request`.
    pub(crate) fn on_error(&self, request: &Metadata, error: &Error<'_>) -> Written {
        self.on_error_on(&*self.codec(), request, error)
    }

    pub(crate) fn on_error_on(
        &self,
        codec: &dyn Codec,
        request: &Metadata,
        error: &Error<'_>,
    ) -> Written {
        append(|output| codec.on_error(request, error, output))
    }

    /// What a new instance answers to a heartbeat.
    pub(crate) fn heartbeat(&self, ping: &Metadata) -> Written {
        self.heartbeat_on(&*self.codec(), ping)
    }

    pub(crate) fn heartbeat_on(&self, codec: &dyn Codec, ping: &Metadata) -> Written {
        append(|output| codec.heartbeat_reply(ping, output))
    }

    /// What a new instance says `encode` would write, bytes.
    pub(crate) fn encoded_len(
        &self,
        message: &Metadata,
        mutation: &Mutation,
    ) -> Result<Result<usize, CodecError>, String> {
        let codec = self.codec();
        guard(|| codec.encoded_len(message, mutation))
    }
}

/// Runs `write` on an output that holds something, and looks whether that is still there.
fn append(write: impl FnOnce(&mut Output) -> Result<(), CodecError>) -> Written {
    let mut output = Output::new();
    output.push(BEFORE[0]);
    output.push_shared(Bytes::from_static(BEFORE[1]));
    output.push(BEFORE[2]);
    let before = BEFORE.concat();
    let result = match guard(|| write(&mut output)) {
        Err(panic) => return Written::Panic(panic),
        Ok(result) => result,
    };
    let mut found = output.take_contiguous();
    if !found.starts_with(&before) || result.is_err() && found.len() > before.len() {
        return Written::Spoiled { found };
    }
    let appended = found.split_off(before.len());
    match result {
        Ok(()) => Written::Bytes(appended),
        Err(error) => Written::Refused(error),
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; a panic in it becomes its message, and is not printed.
pub(crate) fn guard<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.with(Cell::get) {
                loud(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(outer);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        text.unwrap_or("without a message").to_owned()
    })
}
