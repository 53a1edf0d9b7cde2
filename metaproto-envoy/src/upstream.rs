//! The half behind Envoy's pool of HTTP/2 connections: requests become messages to a server, its messages responses.

mod calls;

use std::sync::Arc;

use bytes::{Buf, BytesMut};
use metaproto_codec::{
    Codec, CodecError, Direction, MessageType, Metadata, Mutation, Next, Output, RequestId,
    ResponseStatus, Session,
};

use self::calls::{Call, Calls, Found};
use crate::config::{Body, Config};
use crate::half::{Closing, Half};
use crate::headers::{Changes, Fields};
use crate::http2::{ErrorCode, Event, Fields as HttpFields, Http2, Http2Error, Role, Sender};
use crate::registry::MakeCodec;
use crate::store::{self, Token};
use crate::tally::{Counter, Tally};
use crate::travel::{self, Arriving, INLINE, Missing, NotSent, Numbers, REPLY, Sent};

/// What clients get for a further message that was not kept in this thread, or is not any more.
const LOST: &str =
    "a frame of the stream is not there any more, or `body` is not the same in both halves";

/// What clients get for a request that should have a message in its body, and has none.
const NO_MESSAGE: &str =
    "the request has no message: a filter took it, or `body` is not the same in both halves";

/// What is to be done where somebody else than Envoy's pool of HTTP/2 speaks to this half.
const NOT_HTTP2: &str = "the cluster needs explicit_http_config.http2_protocol_options, and a filter that clients meet is \
                         downstream";

/// The upstream half of one connection to a server.
pub(crate) struct Upstream {
    http: Http2,
    server: Server,
}

/// The side that the server sees.
struct Server {
    config: Arc<Config>,
    make: MakeCodec,
    session: Session<Box<dyn Codec>>,
    calls: Calls,
    to_peer: Output,
    closing: Option<Closing>,
    tally: Tally,
    fields: Fields,
    changes: Changes,
}

/// A request that the server does not get.
struct Turned {
    status: &'static str,
    text: String,
}

impl Turned {
    /// A request that Envoy may send elsewhere.
    fn unavailable(text: &str) -> Self {
        let text = text.to_owned();
        Self {
            status: "503",
            text,
        }
    }

    /// A request that would fare no better elsewhere.
    fn refused(text: String) -> Self {
        Self {
            status: "400",
            text,
        }
    }
}

impl Upstream {
    /// A half for a connection that is being made.
    pub(crate) fn new(config: Arc<Config>, make: MakeCodec) -> Self {
        let codec = make();
        let calls = Calls::new(codec.capabilities().request_id);
        let max_concurrent_streams = calls.max_concurrent();
        let http = Http2::new(Role::Server {
            max_concurrent_streams,
        });
        let server = Server {
            session: Session::new(
                codec,
                Direction::ServerToClient,
                config.limits.of_messages(),
            ),
            make,
            calls,
            to_peer: Output::new(),
            closing: None,
            tally: Tally::default(),
            fields: Fields::default(),
            changes: Changes::default(),
            config,
        };
        Self { http, server }
    }
}

impl Server {
    fn refuse(&mut self, http: &mut Sender, error: &CodecError) {
        self.tally.count(Counter::Refused);
        self.tally.fault(error.fault());
        self.break_off(http, format!("malformed: {error}"));
    }

    /// Ends the connection; requests that wait for an answer get this one.
    fn break_off(&mut self, http: &mut Sender, reason: String) {
        let (waiting, begun) = self.calls.drain();
        for stream in waiting {
            self.respond(http, stream, "502", &reason);
        }
        for stream in begun {
            http.reset(stream, ErrorCode::INTERNAL_ERROR);
        }
        self.closing = Some(Closing::Refused(reason));
    }
}

/// What comes over HTTP.
impl Server {
    fn on_event(&mut self, http: &mut Sender, event: Event<'_>) {
        match event {
            Event::Headers {
                stream,
                fields,
                end,
            } => {
                let token = self.note(fields);
                self.on_head(http, stream, token, end);
            }
            Event::Data { stream, bytes, end } => {
                if let Some(call) = self.calls.get_mut(stream) {
                    call.arriving.receive(bytes);
                }
                self.on_body(http, stream, end);
            }
            Event::Reset { stream, .. } => self.on_reset(stream),
            Event::GoAway { .. } | Event::Room => {}
        }
    }

    /// Notes what the headers of a request say; the token behind its path.
    fn note(&mut self, fields: &HttpFields) -> Option<Token> {
        let mut token = None;
        self.changes.clear();
        for (name, value) in fields.iter() {
            if name == b":path" {
                let query = value.rsplit(|byte| *byte == b'?').next();
                token = query.and_then(Token::parse);
            }
            self.changes.note(&self.config.header_prefix, name, value);
        }
        token
    }

    fn on_head(&mut self, http: &mut Sender, stream: u32, token: Option<Token>, end: bool) {
        if self.closing.is_some() {
            return self.respond(http, stream, "503", "the connection is at its end");
        }
        let inline = self.config.body == Body::Inline;
        let arriving = if inline {
            let limits = self.config.limits.of_messages();
            Arriving::inline((self.make)(), Direction::ClientToServer, limits)
        } else {
            Arriving::Beside(Numbers::default())
        };
        let mut call = Call::new(token, arriving);
        if inline || self.calls.is_busy() {
            // The message is in the body, or its time has not come.
            call.changes = Some(std::mem::take(&mut self.changes));
            self.calls.insert(stream, call);
            return self.on_body(http, stream, end);
        }
        self.begin(http, stream, call, end);
    }

    /// Writes the message with which a call begins, changed as `changes` says.
    fn begin(&mut self, http: &mut Sender, stream: u32, mut call: Call, end: bool) {
        let token = call.token;
        let limit = self.config.limits.in_flight_bytes;
        let Self {
            calls,
            session,
            to_peer,
            changes,
            ..
        } = self;
        let started = token.and_then(|token| {
            store::look(token, |message, config| {
                let mutation = changes.mutation(message, &config.headers.request);
                start(
                    message,
                    mutation,
                    &mut call,
                    calls,
                    session.codec(),
                    to_peer,
                    limit,
                )
            })
        });
        match started {
            Some(Ok(())) => self.on_started(http, stream, call, end),
            Some(Err(turned)) => self.turn_away(http, stream, &turned),
            None => {
                self.tally.count(Counter::Lost);
                self.respond(http, stream, "503", "the request is not there any more");
            }
        }
    }

    /// The request of a call was written.
    fn on_started(&mut self, http: &mut Sender, stream: u32, call: Call, end: bool) {
        if call.kind == MessageType::OneWay {
            self.fields.clear();
            self.fields.push(":status", "202");
            return http.headers(stream, self.fields.iter(), true);
        }
        self.calls.insert(stream, call);
        if end {
            self.on_body(http, stream, true);
        }
    }

    fn turn_away(&mut self, http: &mut Sender, stream: u32, turned: &Turned) {
        if self.calls.is_full() {
            // The next requests get a connection whose ids are free.
            http.go_away();
        }
        if turned.status == "400" {
            self.tally.count(Counter::MutationRefused);
        }
        self.respond(http, stream, turned.status, &turned.text);
    }

    fn on_body(&mut self, http: &mut Sender, stream: u32, end: bool) {
        let is_busy = self.calls.is_busy();
        loop {
            let Some(call) = self.calls.get_mut(stream) else {
                return;
            };
            if is_busy && !call.has_begun {
                call.client_ended = end;
                return self.calls.wait(stream);
            }
            let token = call.token;
            match call.arriving.next(token) {
                Ok(Some(message)) if call.has_begun => self.forward_frame(http, stream, message),
                Ok(Some(message)) => self.begin_inline(http, stream, message),
                Ok(None) => break,
                Err(missing) => {
                    let text = match missing {
                        Missing::Lost => {
                            self.tally.count(Counter::Lost);
                            LOST.to_owned()
                        }
                        Missing::Malformed(error) => {
                            format!("the request was made malformed: {error}")
                        }
                    };
                    return self.give_up(http, stream, &Turned::refused(text));
                }
            }
        }
        let Some(call) = self.calls.get_mut(stream).filter(|_| end) else {
            return;
        };
        call.client_ended = true;
        if !call.has_begun {
            return self.give_up(http, stream, &Turned::refused(NO_MESSAGE.to_owned()));
        }
        if call.kind == MessageType::StreamInit && call.server_ended {
            self.end_stream(http, stream);
        }
    }

    /// Begins the calls whose time has come.
    fn begin_waiting(&mut self, http: &mut Sender) {
        while let Some(stream) = self.calls.next_waiting() {
            if self.config.body == Body::Inline {
                let ended = self
                    .calls
                    .get_mut(stream)
                    .is_some_and(|call| call.client_ended);
                self.on_body(http, stream, ended);
            } else if let Some(mut call) = self.calls.remove(stream) {
                self.changes = call.changes.take().unwrap_or_default();
                let ended = call.client_ended;
                self.begin(http, stream, call, ended);
            }
        }
    }

    /// Begins a call whose message came in the body.
    fn begin_inline(&mut self, http: &mut Sender, stream: u32, message: Metadata) {
        let Some(mut call) = self.calls.remove(stream) else {
            return;
        };
        let changes = call.changes.take().unwrap_or_default();
        let mutation = changes.mutation(&message, &self.config.headers.request);
        let limit = self.config.limits.in_flight_bytes;
        let Self {
            calls,
            session,
            to_peer,
            ..
        } = self;
        let started = start(
            &message,
            mutation,
            &mut call,
            calls,
            session.codec(),
            to_peer,
            limit,
        );
        store::recycle(message);
        match started {
            Ok(()) => self.on_started(http, stream, call, false),
            Err(turned) => self.turn_away(http, stream, &turned),
        }
    }

    /// Writes a frame of a stream that is open.
    fn forward_frame(&mut self, http: &mut Sender, stream: u32, message: Metadata) {
        let limit = self.config.limits.in_flight_bytes;
        let Some(call) = self.calls.get_mut(stream) else {
            return store::recycle(message);
        };
        let mut mutation = Mutation::new();
        if let Some(id) = call.stream_id {
            mutation.set_stream_id(id);
        }
        let written = if self.to_peer.remaining() > limit {
            Err("the server does not read".to_owned())
        } else {
            let codec = self.session.codec();
            let result = codec.encode(&message, &mutation, &mut self.to_peer);
            result.map_err(|error| format!("the frame was not changed: {error}"))
        };
        store::recycle(message);
        if let Err(text) = written {
            self.give_up(
                http,
                stream,
                &Turned {
                    status: "503",
                    text,
                },
            );
        }
    }

    /// Ends a call before the server did.
    fn give_up(&mut self, http: &mut Sender, stream: u32, turned: &Turned) {
        let Some(call) = self.calls.remove(stream) else {
            return;
        };
        self.abandon(stream, &call);
        if call.has_answered {
            http.reset(stream, ErrorCode::INTERNAL_ERROR);
        } else {
            self.respond(http, stream, turned.status, &turned.text);
        }
    }

    /// Envoy does not wait for the answer any more.
    fn on_reset(&mut self, stream: u32) {
        if let Some(call) = self.calls.remove(stream) {
            self.abandon(stream, &call);
        }
    }

    fn abandon(&mut self, stream: u32, call: &Call) {
        if call.has_begun && !self.calls.abandon(stream, call) && self.closing.is_none() {
            // The next answer would be taken for that of the next request.
            let text = "a request without an id was given up";
            self.closing = Some(Closing::Refused(text.to_owned()));
        }
    }

    /// Answers in the name of Envoy.
    fn respond(&mut self, http: &mut Sender, stream: u32, status: &str, text: &str) {
        self.fields.clear();
        self.fields.push(":status", status);
        http.headers(stream, self.fields.iter(), false);
        let text = bytes::Bytes::copy_from_slice(text.as_bytes());
        http.data(stream, text, true);
    }
}

/// Writes the message with which a call begins.
fn start(
    message: &Metadata,
    mut mutation: Mutation,
    call: &mut Call,
    calls: &mut Calls,
    codec: &dyn Codec,
    to_peer: &mut Output,
    limit: usize,
) -> Result<(), Turned> {
    if to_peer.remaining() > limit {
        return Err(Turned::unavailable("overflow: the server does not read"));
    }
    call.kind = message.kind();
    if !calls.assign(call, message) {
        return Err(Turned::unavailable(
            "overflow: too many requests wait for this server",
        ));
    }
    if let Some(id) = call.id {
        mutation.set_request_id(RequestId::Number(id));
    }
    if let Some(id) = call.stream_id {
        mutation.set_stream_id(id);
    }
    codec
        .encode(message, &mutation, to_peer)
        .map_err(|error| Turned::refused(format!("the request was not changed: {error}")))?;
    call.has_begun = true;
    Ok(())
}

/// What the server sends.
impl Server {
    fn pump(&mut self, http: &mut Sender) {
        while self.closing.is_none() {
            let mut message = store::blank();
            match self.session.next_message(&mut message) {
                Ok(Next::Message { .. }) => self.take(http, message),
                Ok(Next::Wait { .. }) => {
                    store::recycle(message);
                    break;
                }
                Err(error) => {
                    store::recycle(message);
                    self.refuse(http, &error);
                }
            }
        }
    }

    fn take(&mut self, http: &mut Sender, message: Metadata) {
        match message.kind() {
            MessageType::Ping => {
                let codec = self.session.codec();
                if codec.heartbeat_reply(&message, &mut self.to_peer).is_ok() {
                    self.tally.count(Counter::HeartbeatAnswered);
                }
                store::recycle(message);
            }
            MessageType::Event => {
                self.tally.count(Counter::Ignored);
                store::recycle(message);
            }
            _ => self.take_answer(http, message),
        }
    }

    fn take_answer(&mut self, http: &mut Sender, message: Metadata) {
        let stream = match self.calls.find(&message) {
            Found::Stream(stream) => stream,
            Found::Abandoned | Found::Nothing => {
                self.tally.count(Counter::Late);
                return store::recycle(message);
            }
        };
        let kind = message.kind();
        let Some(call) = self.calls.get_mut(stream) else {
            return store::recycle(message);
        };
        let is_first = !call.has_answered;
        let is_error =
            kind == MessageType::Error || message.status() == Some(ResponseStatus::Error);
        let fits = match call.kind {
            MessageType::Ping => kind == MessageType::Pong,
            MessageType::StreamInit => {
                matches!(
                    kind,
                    MessageType::StreamInit | MessageType::StreamData | MessageType::StreamClose
                )
            }
            _ => matches!(kind, MessageType::Response | MessageType::Error),
        };
        if !fits {
            let text = format!("a {kind} is no answer to a {}", call.kind);
            store::recycle(message);
            self.calls.remove(stream);
            return self.respond(http, stream, "502", &text);
        }
        call.has_answered = true;
        call.server_ended =
            call.kind != MessageType::StreamInit || kind == MessageType::StreamClose;
        let end = call.server_ended && call.client_ended;
        let token = call.token;
        self.fields.clear();
        if is_first {
            self.fields
                .push(":status", if is_error { "500" } else { "200" });
            let config = &self.config;
            let dropped = self.fields.push_properties(
                &message,
                &config.header_prefix,
                &config.headers.response,
            );
            for _ in 0..dropped {
                self.tally.count(Counter::HeaderDropped);
            }
        }
        let limit = self.config.limits.worker_bytes;
        match travel::send(message, token, self.config.body, limit) {
            Ok(sent) => self.send(http, stream, sent, is_first, end),
            Err(NotSent::Late) if is_first => {
                // The request was mirrored: nobody reads the response, but how it went is counted.
                http.headers(stream, self.fields.iter(), true);
                self.calls.remove(stream);
                return;
            }
            Err(NotSent::Late) => {
                self.tally.count(Counter::Late);
                http.reset(stream, ErrorCode::CANCEL);
                self.calls.remove(stream);
                return;
            }
            Err(NotSent::OverLimit) => {
                self.tally.count(Counter::OverLimit);
                self.calls.remove(stream);
                if is_first {
                    self.respond(
                        http,
                        stream,
                        "503",
                        "overflow: too many bytes are in flight",
                    );
                } else {
                    http.reset(stream, ErrorCode::CANCEL);
                }
                return;
            }
        }
        if end {
            self.calls.remove(stream);
        }
    }

    /// Sends a message on its way back.
    fn send(&mut self, http: &mut Sender, stream: u32, sent: Sent, is_first: bool, end: bool) {
        if !is_first {
            return http.data(stream, sent.into_body(), end);
        }
        match sent {
            Sent::Beside(number) => {
                self.fields
                    .push_with(REPLY, |text| text.push_str(&number.to_string()));
                http.headers(stream, self.fields.iter(), end);
            }
            Sent::Inline(bytes) => {
                self.fields.push(REPLY, INLINE);
                http.headers(stream, self.fields.iter(), false);
                http.data(stream, bytes, end);
            }
        }
    }

    /// Both sides have ended a stream.
    fn end_stream(&mut self, http: &mut Sender, stream: u32) {
        http.data(stream, bytes::Bytes::new(), true);
        self.calls.remove(stream);
    }
}

impl Half for Upstream {
    fn receive(&mut self, bytes: &[u8]) {
        self.server.session.receive(bytes);
        self.received();
    }

    fn reserve(&mut self, more: usize) {
        self.server.session.reserve(more);
    }

    fn read_buffer(&mut self) -> &mut BytesMut {
        self.server.session.read_buffer()
    }

    fn received(&mut self) {
        self.server.pump(&mut self.http);
        self.server.begin_waiting(&mut self.http);
    }

    fn end(&mut self) {
        let Self { http, server } = self;
        if server.closing.is_some() {
            return;
        }
        match server.session.finish() {
            Ok(()) => server.closing = Some(Closing::Done),
            Err(error) => server.refuse(http, &error),
        }
    }

    fn receive_http(&mut self, bytes: &[u8]) {
        let Self { http, server } = self;
        if let Err(error) = http.receive(bytes, |http, event| server.on_event(http, event)) {
            let way_out = match error {
                Http2Error::NoPreface => format!("; {NOT_HTTP2}"),
                _ => String::new(),
            };
            let text = format!("HTTP/2 from Envoy: {error}{way_out}");
            server.closing = Some(Closing::Refused(text));
        }
        server.begin_waiting(http);
    }

    fn to_peer(&mut self) -> &mut Output {
        &mut self.server.to_peer
    }

    fn to_http(&mut self) -> &mut BytesMut {
        self.http.output()
    }

    fn is_full(&self) -> bool {
        false
    }

    fn closing(&self) -> Option<&Closing> {
        self.server.closing.as_ref()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.server.tally
    }
}
