//! Tokio as the host: the same bytes through `Framed`, over a pipe that holds a few of them.

use std::io;

use bytes::BytesMut;
use futures_util::{SinkExt, StreamExt};
use metaproto_codec::tokio::{MessageCodec, Outgoing, StreamError};
use metaproto_codec::{Codec, Direction, Limits, Metadata};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime;
use tokio_util::codec::{Decoder, Encoder, Framed};

use crate::drive::{Found, Outcome, first_difference};

/// Bytes that the pipe holds: a prime, so that messages are cut everywhere.
const PIPE: usize = 61;

/// What is different when tokio drives the codec: what is found, or what is sent back.
pub(crate) fn check_framed(
    codec: Box<dyn Codec>,
    direction: Direction,
    bytes: &[u8],
    by_session: &Outcome,
) -> Vec<String> {
    let (found, sent) = echo(codec, direction, bytes);
    let mut faults = Vec::new();
    if found != *by_session {
        faults.push(format!(
            "through tokio, another thing is found: {}",
            first_difference(by_session, &found)
        ));
    }
    let messages = found.messages.iter();
    let came: Vec<u8> = messages
        .flat_map(|it| it.metadata.frame().to_vec())
        .collect();
    if sent != came {
        faults.push("through tokio, what is sent back is not what came".to_owned());
    }
    faults
}

/// Sends `bytes` to a host that sends back each message that it finds.
fn echo(codec: Box<dyn Codec>, direction: Direction, bytes: &[u8]) -> (Outcome, Vec<u8>) {
    let (near, far) = duplex(PIPE);
    let limits = Limits {
        max_frame: usize::MAX,
    };
    let codec = Noting {
        codec: MessageCodec::new(codec, direction, limits),
        ended: false,
    };
    let runtime = runtime::Builder::new_current_thread().build();
    let both = async { tokio::join!(host(far, codec), peer(near, bytes)) };
    let (outcome, sent) = runtime.expect("a runtime").block_on(both);
    (outcome, sent.expect("a pipe in memory"))
}

async fn host(stream: DuplexStream, codec: Noting) -> Outcome {
    let mut framed = Framed::new(stream, codec);
    let mut messages = Vec::new();
    let mut end = Ok(());
    while let Some(message) = framed.next().await {
        match message {
            Ok(metadata) => {
                let length = metadata.frame().len() as u64;
                let offset = framed.codec().codec.offset() - length;
                let back = framed.feed(metadata.clone().into()).await;
                back.expect("an empty mutation");
                messages.push(Found { offset, metadata });
            }
            Err(StreamError::Codec(error)) => end = Err(error),
            Err(StreamError::Io(error)) => panic!("a pipe in memory: {error}"),
        }
    }
    framed.flush().await.expect("a pipe in memory");
    let poisoned = end.is_err() && !framed.codec().ended;
    Outcome {
        messages,
        end,
        poisoned,
    }
}

async fn peer(stream: DuplexStream, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let (mut read, mut write) = tokio::io::split(stream);
    let mut received = Vec::new();
    let send = async {
        // The host may have gone, because of what is wrong with the bytes.
        let _ = write.write_all(bytes).await;
        let _ = write.shutdown().await;
    };
    let (_, received_all) = tokio::join!(send, read.read_to_end(&mut received));
    received_all.map(|_| received)
}

/// Notes whether the stream had ended when there was an error.
struct Noting {
    codec: MessageCodec<Box<dyn Codec>>,
    ended: bool,
}

impl Decoder for Noting {
    type Item = Metadata;
    type Error = StreamError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Metadata>, StreamError> {
        self.codec.decode(buffer)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Metadata>, StreamError> {
        self.ended = true;
        self.codec.decode_eof(buffer)
    }
}

impl Encoder<Outgoing> for Noting {
    type Error = StreamError;

    fn encode(&mut self, message: Outgoing, buffer: &mut BytesMut) -> Result<(), StreamError> {
        self.codec.encode(message, buffer)
    }
}
