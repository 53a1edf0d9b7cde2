//! A session holds a codec to its contract.

use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Fault, FieldPath, Limits,
    MessageType, Metadata, Mutation, Next, Output, Session,
};

/// Answers every call the same way, and says of every message that it is a `kind`.
struct Stubborn {
    answer: Result<DecodeStatus, CodecError>,
    kind: MessageType,
}

impl Codec for Stubborn {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new("stubborn", 100)
    }

    fn decode(&mut self, _: &[u8], metadata: &mut Metadata) -> Result<DecodeStatus, CodecError> {
        metadata.set_kind(self.kind);
        metadata.property("left", "over");
        self.answer.clone()
    }

    fn encode(&self, _: &Metadata, _: &Mutation, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn on_error(&self, _: &Metadata, _: &Error<'_>, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }
}

/// What the session makes of the answer to ten bytes; twice, for an error must stay.
fn given(
    answer: Result<DecodeStatus, CodecError>,
    kind: MessageType,
    max_frame: usize,
) -> Result<Next, CodecError> {
    let mut session = Session::new(
        Stubborn { answer, kind },
        Direction::ClientToServer,
        Limits { max_frame },
    );
    session.receive(&[0; 10]);
    let mut metadata = Metadata::default();
    let first = session.next_message(&mut metadata);
    if !matches!(first, Ok(Next::Message { .. })) {
        assert_eq!(
            metadata.properties().count(),
            0,
            "metadata is empty unless there is a message"
        );
    }
    if let Err(error) = &first {
        session.receive(&[0; 10]);
        assert_eq!(
            session.buffered(),
            10,
            "a poisoned session takes in nothing"
        );
        assert_eq!(session.next_message(&mut metadata).unwrap_err(), *error);
        assert_eq!(session.finish().unwrap_err(), *error);
    }
    first
}

fn rule(answer: DecodeStatus) -> &'static str {
    given(Ok(answer), MessageType::Request, 100)
        .unwrap_err()
        .fault()
        .rule()
}

#[test]
fn a_broken_contract_is_an_error_and_never_a_loop() {
    assert_eq!(rule(DecodeStatus::Done { consumed: 0 }), "contract");
    assert_eq!(rule(DecodeStatus::Done { consumed: 11 }), "contract");
    assert_eq!(rule(DecodeStatus::WaitForData { at_least: 0 }), "contract");
    assert_eq!(rule(DecodeStatus::Skip { consumed: 0 }), "contract");
    assert_eq!(rule(DecodeStatus::Skip { consumed: 11 }), "contract");
    assert_eq!(
        rule(DecodeStatus::WaitForData {
            at_least: usize::MAX
        }),
        "contract"
    );
}

#[test]
fn a_message_above_the_limit_is_neither_awaited_nor_given() {
    assert_eq!(
        rule(DecodeStatus::WaitForData { at_least: 91 }),
        "above_maximum"
    );
    let done = Ok(DecodeStatus::Done { consumed: 10 });
    let error = given(done, MessageType::Request, 9).unwrap_err();
    assert_eq!(*error.fault(), Fault::AboveMaximum { found: 10, max: 9 });
    assert!(error.is_limit());
    assert_eq!(
        given(
            Ok(DecodeStatus::WaitForData { at_least: 90 }),
            MessageType::Request,
            100
        ),
        Ok(Next::Wait { at_least: 90 })
    );
}

#[test]
fn a_message_in_the_wrong_direction_is_an_error() {
    for (kind, right) in [
        (MessageType::Request, true),
        (MessageType::OneWay, true),
        (MessageType::Response, false),
        (MessageType::Error, false),
        (MessageType::Ping, true),
        (MessageType::Pong, true),
        (MessageType::StreamInit, true),
        (MessageType::StreamData, true),
        (MessageType::StreamClose, true),
        (MessageType::Event, true),
    ] {
        match given(Ok(DecodeStatus::Done { consumed: 4 }), kind, 100) {
            Ok(next) => assert!(right && next == Next::Message { offset: 0 }, "{kind}"),
            Err(error) => assert!(
                !right && error.fault().rule() == "direction",
                "{kind}: {error}"
            ),
        }
    }
}

#[test]
fn an_error_is_moved_to_its_place_in_the_stream() {
    let codec = Stubborn {
        answer: Ok(DecodeStatus::Done { consumed: 4 }),
        kind: MessageType::Request,
    };
    let mut session = Session::new(codec, Direction::ServerToClient, Limits::default());
    session.receive(&[0; 10]);
    assert_eq!(
        session
            .next_message(&mut Metadata::default())
            .unwrap_err()
            .offset(),
        0
    );

    let answer = Err(CodecError::new(3, FieldPath::new("magic"), Fault::Utf8));
    assert_eq!(
        given(answer, MessageType::Request, 100)
            .unwrap_err()
            .offset(),
        3
    );
}

#[test]
fn the_end_within_a_message_is_truncation() {
    let codec = Stubborn {
        answer: Ok(DecodeStatus::WaitForData { at_least: 5 }),
        kind: MessageType::Request,
    };
    let mut session = Session::new(codec, Direction::ClientToServer, Limits::default());
    assert_eq!(session.finish(), Ok(()), "nothing came, so nothing is cut");
    session.receive(b"abc");
    let error = session.finish().unwrap_err();
    assert_eq!(
        (error.fault(), error.offset()),
        (&Fault::Truncated { missing: 5 }, 3)
    );
}

/// Messages are bytes other than zero; zeros are filler.
struct Filled;

impl Codec for Filled {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new("filled", 1)
    }

    fn decode(&mut self, input: &[u8], _: &mut Metadata) -> Result<DecodeStatus, CodecError> {
        let filler = input.iter().take_while(|byte| **byte == 0).count();
        Ok(match (filler, input) {
            (_, []) => DecodeStatus::WaitForData { at_least: 1 },
            (0, _) => DecodeStatus::Done { consumed: 1 },
            (consumed, _) => DecodeStatus::Skip { consumed },
        })
    }

    fn encode(&self, _: &Metadata, _: &Mutation, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn on_error(&self, _: &Metadata, _: &Error<'_>, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }

    fn heartbeat_reply(&self, _: &Metadata, _: &mut Output) -> Result<(), CodecError> {
        Ok(())
    }
}

#[test]
fn what_is_no_message_is_dropped_and_counted() {
    let stream = [0, 0, 7, 0, 8, 9, 0];
    for chunk in 1..=stream.len() {
        let mut session = Session::new(Filled, Direction::ClientToServer, Limits::default());
        let mut metadata = Metadata::default();
        let mut found = Vec::new();
        for piece in stream.chunks(chunk) {
            session.receive(piece);
            while let Next::Message { offset } = session.next_message(&mut metadata).unwrap() {
                found.push((offset, metadata.frame()[0]));
            }
        }
        assert_eq!(found, [(2, 7), (4, 8), (5, 9)], "in chunks of {chunk}");
        assert_eq!((session.offset(), session.finish()), (7, Ok(())));
    }
}
