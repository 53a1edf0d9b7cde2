//! The checks find what is wrong with a codec: each of these has one mistake.

use std::path::{Path, PathBuf};

use awesomerpc::AwesomeRpc;
use bytes::Buf;
use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Error, Metadata, Mutation, Output,
};
use recorded::{Expected, Message, Protocol, Report, Verdict, check_hostile, check_streams};

/// What is wrong with a codec.
#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    /// Mutations are forgotten.
    Drops,
    /// A mutation also changes the last byte.
    Disturbs,
    /// A mutation that is refused has written something already.
    Leaves,
    /// A mutation of any name is accepted.
    Accepts,
    /// What is not changed is copied.
    Copies,
    /// The id says how many bytes there were in the buffer.
    LooksAhead,
    /// A length that is too small is waited for.
    Waits,
    /// There is a property that nobody sent.
    Invents,
}

struct Planted {
    inner: AwesomeRpc,
    mistake: Mistake,
}

impl Codec for Planted {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        match self.inner.decode(input, metadata) {
            Err(_) if self.mistake == Mistake::Waits => {
                Ok(DecodeStatus::WaitForData { at_least: 1 })
            }
            Ok(DecodeStatus::Done { consumed }) => {
                match self.mistake {
                    Mistake::LooksAhead => metadata.set_request_id(input.len() as u64),
                    Mistake::Invents => metadata.property("invented", 1_u8),
                    _ => {}
                }
                Ok(DecodeStatus::Done { consumed })
            }
            other => other,
        }
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let none = Mutation::new();
        if mutation.is_empty() {
            if self.mistake == Mistake::Copies {
                output.push(message.frame());
                return Ok(());
            }
            return self.inner.encode(message, mutation, output);
        }
        let result = match self.mistake {
            Mistake::Drops => self.inner.encode(message, &none, output),
            _ => self.inner.encode(message, mutation, output),
        };
        match (self.mistake, &result) {
            (Mistake::Disturbs, Ok(())) => {
                let mut bytes = output.copy_to_bytes(output.remaining()).to_vec();
                if let Some(last) = bytes.last_mut() {
                    *last ^= 0xff;
                }
                output.push(&bytes);
            }
            (Mistake::Leaves, Err(_)) => output.push(b"half a frame"),
            (Mistake::Accepts, Err(_)) => return self.inner.encode(message, &none, output),
            _ => {}
        }
        result
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.inner.on_error(request, error, output)
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        self.inner.heartbeat_reply(ping, output)
    }
}

impl Protocol for Mistake {
    fn codec(&self) -> Box<dyn Codec> {
        Box::new(Planted {
            inner: AwesomeRpc::default(),
            mistake: *self,
        })
    }

    fn expected(&self, message: &Message<'_>) -> Expected {
        Expected::common(message).property("cmd", message.facts["metadata"]["cmd"].as_str())
    }

    fn values(&self, _: &str) -> Vec<String> {
        vec!["1".to_owned(), "-2".to_owned()]
    }

    fn overhead(&self) -> usize {
        4
    }
}

fn beside(directory: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("../awesomerpc/tests").join(directory)
}

fn streams(mistake: Mistake) -> Report {
    check_streams(&mistake, &beside("vectors"))
}

fn inputs(mistake: Mistake, choices: &[(&str, Verdict)]) -> Report {
    check_hostile(&mistake, &beside("hostile"), choices)
}

#[track_caller]
fn found(report: &Report, text: &str) {
    let faults = &report.faults;
    assert!(
        faults.iter().any(|fault| fault.contains(text)),
        "{:#?}",
        &faults[..faults.len().min(5)]
    );
}

#[test]
fn nothing_is_wrong_with_a_right_codec() {
    streams(Mistake::None).assert_at_least(20);
    inputs(Mistake::None, &[]).assert_at_least(11);
}

#[test]
fn a_change_must_be_made_and_no_other() {
    found(&streams(Mistake::Drops), "the properties are");
    found(&streams(Mistake::Disturbs), "bytes");
    found(
        &streams(Mistake::Disturbs),
        "bytes change that no change may touch",
    );
}

#[test]
fn what_is_refused_leaves_the_output_alone() {
    found(
        &streams(Mistake::Leaves),
        "it disturbs what is in the output",
    );
    found(&streams(Mistake::Accepts), "it is not refused");
}

#[test]
fn what_is_not_changed_is_shared() {
    found(
        &streams(Mistake::Copies),
        "an empty mutation copies the bytes",
    );
}

#[test]
fn cutting_must_change_nothing() {
    found(
        &streams(Mistake::LooksAhead),
        "byte by byte changes what is found",
    );
    found(&streams(Mistake::LooksAhead), "request id is");
    found(
        &streams(Mistake::LooksAhead),
        "through tokio, another thing is found",
    );
}

#[test]
fn nothing_may_be_invented() {
    found(
        &streams(Mistake::Invents),
        "invented is \"1\", which was not expected",
    );
}

#[test]
fn a_verdict_must_be_reached() {
    found(&inputs(Mistake::Waits, &[]), "Wait");
    let none = inputs(
        Mistake::None,
        &[
            ("pack-len-00000000", Verdict::Error),
            ("no-such-input", Verdict::Wait),
        ],
    );
    found(&none, "pack-len-00000000: there is nothing to choose");
    found(&none, "no-such-input: there is a choice, but no such input");
}
