//! Writes to a client what comes of its requests.

use std::sync::Arc;

use bytes::Buf;
use metaproto_codec::{Codec, Error, ErrorType, Metadata, Output};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;

use super::call::{Call, Fault, Outbound, Outcome};
use crate::proxy::Host;

/// Writes until all senders are gone or the client is.
pub(super) async fn run(
    mut socket: OwnedWriteHalf,
    mut queue: mpsc::Receiver<Outbound>,
    host: Arc<Host>,
) {
    let writer = Writer {
        codec: (host.factory)(),
        host,
    };
    while let Some(message) = queue.recv().await {
        let (mut output, _call) = match message {
            Outbound::Ready(output) => (output, None),
            Outbound::Call(call) => (writer.encode(&call), Some(call)),
        };
        if output.has_remaining() && socket.write_all_buf(&mut output).await.is_err() {
            return;
        }
    }
    let _ = socket.shutdown().await;
}

struct Writer {
    codec: Box<dyn Codec>,
    host: Arc<Host>,
}

impl Writer {
    fn encode(&self, call: &Call) -> Output {
        match &call.outcome {
            Outcome::Sent => Output::new(),
            Outcome::Response(response) => self.response(call, response),
            Outcome::Fault(fault) => self.local_reply(call, fault),
        }
    }

    fn response(&self, call: &Call, response: &Metadata) -> Output {
        let mut output = Output::new();
        match self
            .codec
            .encode(response, &call.response_mutation(), &mut output)
        {
            Ok(()) => {
                self.host.recorder.update(|stats| stats.responses += 1);
                output
            }
            Err(error) => {
                let text = format!("response not changed: {error}");
                self.host
                    .recorder
                    .update(|stats| stats.count_refusal(text.clone()));
                self.local_reply(call, &Fault::new(ErrorType::Unspecified, text))
            }
        }
    }

    fn local_reply(&self, call: &Call, fault: &Fault) -> Output {
        let mut output = Output::new();
        if call.is_one_way() {
            self.host.recorder.update(|stats| stats.one_ways_lost += 1);
            return output;
        }
        let error = Error {
            r#type: fault.reason,
            message: &fault.text,
        };
        match self.codec.on_error(&call.request, &error, &mut output) {
            // Nothing is written for a heartbeat.
            Ok(()) if !output.has_remaining() => {}
            Ok(()) => self
                .host
                .recorder
                .update(|stats| stats.count_local_reply(fault.reason)),
            Err(error) => {
                let text = format!("no local reply: {error}");
                self.host.recorder.update(|stats| stats.count_refusal(text));
            }
        }
        output
    }
}
