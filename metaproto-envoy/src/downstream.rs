//! The half in front of Envoy's HTTP connection manager: a client's messages become requests of HTTP/2, the responses
//! messages again.

mod calls;
mod local_reply;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::BytesMut;
use metaproto_codec::{
    Codec, CodecError, Direction, Error, ErrorType, IdSpace, MessageType, Metadata, Mutation, Next,
    Output, Session, ValueBuf,
};

use self::calls::{Call, Calls, Coming, Facts};
use self::local_reply::{Heard, LocalReply};
use crate::config::{Body, Config, Heartbeats};
use crate::half::{Closing, Half};
use crate::headers::{self, Changes, Fields};
use crate::http2::{ErrorCode, Event, Fields as HttpFields, Http2, Role, Sender};
use crate::registry::MakeCodec;
use crate::store::{self, Kept, Lingering, Token};
use crate::tally::{Counter, Histogram, Tally};
use crate::travel::{self, Arriving, INLINE, Missing, NotSent, Numbers, REPLY};

/// The downstream half of one client's connection.
pub(crate) struct Downstream {
    http: Http2,
    client: Client,
}

/// The side that the client sees.
struct Client {
    config: Arc<Config>,
    make: MakeCodec,
    session: Session<Box<dyn Codec>>,
    calls: Calls,
    /// The calls of the client's open streams, by the client's ids of them.
    streams: HashMap<u64, u32>,
    lingering: Lingering,
    to_peer: Output,
    /// Where the connection was too full, until when it is not read.
    full: Option<Full>,
    /// The client was asked for no more requests.
    has_said_go_away: bool,
    /// The client sends no more.
    has_ended: bool,
    /// Why the connection is to be closed as soon as everything is answered.
    refused: Option<String>,
    closing: Option<Closing>,
    tally: Tally,
    fields: Fields,
    changes: Changes,
}

/// When a connection that was too full is read again: as soon as one of both is so.
struct Full {
    /// It has come to as few calls as this.
    few: usize,
    /// HTTP takes more streams than so many. At first it has not said how many it takes.
    streams: u32,
}

/// The head of a response.
struct Head {
    status: u16,
    reply: Option<Reply>,
}

/// Where the message of a response is.
enum Reply {
    /// In the store, under this number.
    Beside(u32),
    /// In the body.
    Inline,
}

impl Downstream {
    /// A half for a connection that has just been accepted.
    pub(crate) fn new(config: Arc<Config>, make: MakeCodec) -> Self {
        let http = Http2::new(Role::Client);
        let client = Client {
            session: Session::new(
                make(),
                Direction::ClientToServer,
                config.limits.of_messages(),
            ),
            make,
            calls: Calls::default(),
            streams: HashMap::new(),
            lingering: Lingering::default(),
            to_peer: Output::new(),
            full: None,
            has_said_go_away: false,
            has_ended: false,
            refused: None,
            closing: None,
            tally: Tally::default(),
            fields: Fields::default(),
            changes: Changes::default(),
            config,
        };
        Self { http, client }
    }
}

impl Client {
    /// Takes messages off what the client has sent, as long as there is room for them.
    fn pump(&mut self, http: &mut Sender) {
        while self.refused.is_none() && self.closing.is_none() {
            if !self.has_room(http) {
                self.full = Some(Full {
                    few: self.calls.len() / 2,
                    streams: http.max_streams(),
                });
                return;
            }
            self.full = None;
            let mut message = store::blank();
            match self.session.next_message(&mut message) {
                Ok(Next::Message { .. }) => self.take(http, message),
                Ok(Next::Wait { .. }) => {
                    store::recycle(message);
                    break;
                }
                Err(error) => {
                    store::recycle(message);
                    self.refuse(&error);
                }
            }
        }
        if self.has_ended
            && self.refused.is_none()
            && self.closing.is_none()
            && let Err(error) = self.session.finish()
        {
            self.refuse(&error);
        }
    }

    fn has_room(&self, http: &Sender) -> bool {
        let limits = &self.config.limits;
        self.calls.len() < limits.in_flight
            && self.calls.bytes() < limits.in_flight_bytes
            && (http.can_open() || self.is_last(http))
    }

    /// Whether no request can be sent over HTTP any more.
    fn is_last(&self, http: &Sender) -> bool {
        http.is_draining() || http.exhausted()
    }

    /// Reads no more; what came before is still answered.
    fn refuse(&mut self, error: &CodecError) {
        self.tally.count(Counter::Refused);
        self.tally.fault(error.fault());
        self.refused = Some(error.to_string());
    }

    /// What follows from what has happened: more may be read, or the connection is at its end.
    fn settle(&mut self, http: &mut Sender) {
        let is_over =
            |full: &Full| self.calls.len() <= full.few || http.max_streams() > full.streams;
        if self.full.as_ref().is_some_and(is_over) && self.has_room(http) {
            self.pump(http);
        }
        if self.closing.is_some() || !self.calls.is_empty() {
            return;
        }
        self.closing = match self.refused.take() {
            Some(reason) => Some(Closing::Refused(reason)),
            None if self.has_ended || self.is_last(http) => Some(Closing::Done),
            None => None,
        };
    }
}

/// What the client sends.
impl Client {
    fn take(&mut self, http: &mut Sender, message: Metadata) {
        let kind = message.kind();
        self.tally.count(Counter::Message(kind));
        match kind {
            MessageType::Request | MessageType::OneWay | MessageType::StreamInit => {
                self.open(http, message);
            }
            MessageType::Ping if self.forwards(&message) => self.open(http, message),
            MessageType::Ping => self.answer_heartbeat(message),
            MessageType::StreamData | MessageType::StreamClose => {
                self.continue_stream(http, message);
            }
            _ => {
                self.tally.count(Counter::Ignored);
                store::recycle(message);
            }
        }
    }

    /// A heartbeat without an id cannot be told from others where requests have ids.
    fn forwards(&self, ping: &Metadata) -> bool {
        let ids = self.session.codec().capabilities().request_id;
        self.config.heartbeats == Heartbeats::Forward
            && (ping.request_id().is_some() || ids == IdSpace::None)
    }

    fn answer_heartbeat(&mut self, ping: Metadata) {
        let codec = self.session.codec();
        if codec.heartbeat_reply(&ping, &mut self.to_peer).is_ok() {
            self.tally.count(Counter::HeartbeatAnswered);
        }
        store::recycle(ping);
    }

    /// Makes a request of HTTP of a message.
    fn open(&mut self, http: &mut Sender, message: Metadata) {
        let facts = Facts::of(&message);
        let (kind, stream_id) = (facts.kind, facts.stream_id);
        self.tally.sample(Histogram::RequestBytes, facts.bytes);
        let is_over = store::bytes() + facts.bytes > self.config.limits.worker_bytes;
        let stream = if is_over { None } else { http.open() };
        let Some(stream) = stream else {
            let kept = Kept::new(message, &self.config);
            let stream = self.calls.insert_local(Call::new(kept, facts));
            let reply = if is_over {
                self.tally.count(Counter::OverLimit);
                over_limit()
            } else {
                LocalReply::new(ErrorType::Unspecified, "the proxy closes this connection")
            };
            return self.fail(stream, &reply);
        };

        let kept = Kept::new(message, &self.config);
        let body = kept.look(|message| {
            self.describe(message, kept.token());
            (self.config.body == Body::Inline).then(|| message.share_frame())
        });
        let body = body.flatten();
        let is_whole = kind != MessageType::StreamInit;
        http.headers(stream, self.fields.iter(), is_whole && body.is_none());
        if let Some(body) = body {
            http.data(stream, body, is_whole);
        }
        if let Some(id) = stream_id.filter(|_| !is_whole)
            && let Some(before) = self.streams.insert(id, stream)
        {
            // The client uses its id for another stream, so the one before is at its end.
            http.reset(before, ErrorCode::CANCEL);
            self.calls.remove(before);
        }
        self.calls.insert(stream, Call::new(kept, facts));
    }

    /// Puts down the headers of a request that is kept under `token`.
    fn describe(&mut self, message: &Metadata, token: Token) {
        let config = &*self.config;
        let mut buf = ValueBuf::default();
        let authority = config.authority.as_deref().and_then(|key| message.get(key));
        let authority = authority.as_ref().map(|value| value.render(&mut buf));
        let authority = authority.filter(|value| headers::is_authority(value));
        let fields = &mut self.fields;
        fields.clear();
        fields.push(":method", "POST");
        fields.push(":scheme", "http");
        fields.push(":authority", authority.unwrap_or(&config.codec));
        fields.push_with(":path", |text| {
            headers::push_path(message.operation(), text);
            token.write(text);
        });
        let dropped =
            fields.push_properties(message, &config.header_prefix, &config.headers.request);
        for _ in 0..dropped {
            self.tally.count(Counter::HeaderDropped);
        }
    }

    /// Hands a frame on to the stream to which it belongs.
    fn continue_stream(&mut self, http: &mut Sender, message: Metadata) {
        self.tally
            .sample(Histogram::RequestBytes, message.frame().len());
        let is_last = message.kind() == MessageType::StreamClose;
        let stream = message.stream_id().and_then(|id| self.streams.get(&id));
        let Some((stream, call)) =
            stream.and_then(|&stream| Some((stream, self.calls.get_mut(stream)?)))
        else {
            self.tally.count(Counter::Ignored);
            return store::recycle(message);
        };
        let limit = self.config.limits.worker_bytes;
        match travel::send(message, Some(call.kept.token()), self.config.body, limit) {
            Ok(sent) => http.data(stream, sent.into_body(), is_last),
            Err(NotSent::Late) => self.tally.count(Counter::Late),
            Err(NotSent::OverLimit) => {
                self.tally.count(Counter::OverLimit);
                http.reset(stream, ErrorCode::CANCEL);
                self.fail(stream, &over_limit());
            }
        }
    }
}

/// What comes back over HTTP.
impl Client {
    fn on_event(&mut self, http: &mut Sender, event: Event<'_>) {
        match event {
            Event::Headers {
                stream,
                fields,
                end,
            } => {
                let head = self.note(fields);
                self.on_head(http, stream, head, end);
            }
            Event::Data { stream, bytes, end } => {
                match self.calls.get_mut(stream).map(|call| &mut call.coming) {
                    Some(Coming::Local(heard)) => heard.receive(bytes),
                    Some(Coming::Messages { arriving, .. }) => arriving.receive(bytes),
                    Some(Coming::Nothing) | None => {}
                }
                self.on_body(http, stream, end);
            }
            Event::Reset { stream, code } => {
                let text = format!("the response was broken off, HTTP/2 code {}", code.0);
                self.fail(stream, &LocalReply::new(ErrorType::BadResponse, text));
            }
            Event::GoAway { .. } => self.say_go_away(),
            Event::Room => {}
        }
    }

    /// Asks the client for no more requests, once: Envoy drains.
    fn say_go_away(&mut self) {
        if std::mem::replace(&mut self.has_said_go_away, true) {
            return;
        }
        if let Err(error) = self.session.codec().go_away(&mut self.to_peer) {
            self.refuse(&error);
        }
    }

    /// Notes what the headers of a response say.
    fn note(&mut self, fields: &HttpFields) -> Head {
        let mut head = Head {
            status: 0,
            reply: None,
        };
        self.changes.clear();
        for (name, value) in fields.iter() {
            head.note(name, value);
            self.changes.note(&self.config.header_prefix, name, value);
        }
        head
    }

    fn on_head(&mut self, http: &mut Sender, stream: u32, head: Head, end: bool) {
        let Some(call) = self.calls.get_mut(stream) else {
            return;
        };
        let arriving = match head.reply {
            None => None,
            Some(Reply::Beside(number)) => {
                let mut numbers = Numbers::default();
                numbers.push(number);
                Some(Arriving::Beside(numbers))
            }
            Some(Reply::Inline) => {
                let limits = self.config.limits.of_messages();
                Some(Arriving::inline(
                    (self.make)(),
                    Direction::ServerToClient,
                    limits,
                ))
            }
        };
        call.coming = match arriving {
            None => Coming::Local(Heard::new(head.status)),
            Some(arriving) => Coming::Messages {
                arriving,
                changes: Some(std::mem::take(&mut self.changes)),
            },
        };
        self.on_body(http, stream, end);
    }

    fn on_body(&mut self, http: &mut Sender, stream: u32, end: bool) {
        loop {
            let Some(call) = self.calls.get_mut(stream) else {
                return;
            };
            let Coming::Messages { arriving, changes } = &mut call.coming else {
                break;
            };
            let next = match arriving.next(Some(call.kept.token())) {
                Ok(None) if end => arriving.finish().map(|()| None),
                next => next,
            };
            let changes = changes.take();
            match next {
                Ok(Some(message)) => {
                    self.deliver(http, stream, message, changes.as_ref());
                    // The room is used again.
                    self.changes = changes.unwrap_or_else(|| std::mem::take(&mut self.changes));
                }
                Ok(None) => {
                    if let Some(call) = self.calls.get_mut(stream)
                        && let Coming::Messages { changes: place, .. } = &mut call.coming
                    {
                        *place = changes;
                    }
                    break;
                }
                Err(missing) => return self.fail_missing(http, stream, &missing),
            }
        }
        if end {
            self.on_end(stream);
        }
    }

    fn fail_missing(&mut self, http: &mut Sender, stream: u32, missing: &Missing) {
        let text = match missing {
            Missing::Lost => {
                self.tally.count(Counter::Lost);
                "the response is not there any more".to_owned()
            }
            Missing::Malformed(error) => format!("the response was made malformed: {error}"),
        };
        http.reset(stream, ErrorCode::CANCEL);
        self.fail(stream, &LocalReply::new(ErrorType::BadResponse, text));
    }

    /// Writes one message of a response.
    fn deliver(
        &mut self,
        http: &mut Sender,
        stream: u32,
        message: Metadata,
        changes: Option<&Changes>,
    ) {
        let Some(call) = self.calls.get_mut(stream) else {
            return store::recycle(message);
        };
        self.tally.count(Counter::Message(message.kind()));
        self.tally
            .sample(Histogram::ResponseBytes, message.frame().len());
        if call.kind == MessageType::OneWay {
            return store::recycle(message);
        }
        let mut mutation = match changes {
            Some(changes) => changes.mutation(&message, &self.config.headers.response),
            None => Mutation::new(),
        };
        if let Some(id) = &call.id
            && message.request_id().as_ref() != Some(id)
        {
            mutation.set_request_id(id.clone());
        }
        // What is of no stream, such as a plain answer, has no id to be replaced.
        if let (Some(id), Some(found)) = (call.stream_id, message.stream_id())
            && found != id
        {
            mutation.set_stream_id(id);
        }
        call.has_begun = true;
        let may_answer = self.calls.may_answer(stream);
        let codec = self.session.codec();
        let mut held = Output::new();
        let output = if may_answer {
            &mut self.to_peer
        } else {
            &mut held
        };
        let encoded = codec.encode(&message, &mutation, output);
        store::recycle(message);
        match encoded {
            Ok(()) if may_answer => {}
            Ok(()) => self.calls.hold(stream, held),
            Err(error) => {
                self.tally.count(Counter::MutationRefused);
                let text = format!("the response was not changed: {error}");
                http.reset(stream, ErrorCode::CANCEL);
                self.fail(stream, &LocalReply::new(ErrorType::Unspecified, text));
            }
        }
    }

    /// The response is whole.
    fn on_end(&mut self, stream: u32) {
        let Some(call) = self.calls.get_mut(stream) else {
            return;
        };
        let reply = match &call.coming {
            _ if call.kind == MessageType::OneWay => None,
            Coming::Messages { .. } if call.has_begun => None,
            Coming::Messages { .. } | Coming::Nothing => {
                let text = "the response has no message";
                Some(LocalReply::new(ErrorType::BadResponse, text))
            }
            Coming::Local(heard) => Some(heard.reply()),
        };
        match reply {
            Some(reply) => self.fail(stream, &reply),
            None => self.finish(stream),
        }
    }

    /// Answers a request in the name of the server.
    fn fail(&mut self, stream: u32, reply: &LocalReply) {
        let Some(call) = self.calls.get_mut(stream) else {
            return;
        };
        if call.kind != MessageType::OneWay {
            self.tally.count(Counter::LocalReply(reply.reason));
        }
        let error = Error {
            r#type: reply.reason,
            message: &reply.text,
        };
        let codec = self.session.codec();
        let mut answer = Output::new();
        let written = call
            .kept
            .look(|request| codec.on_error(request, &error, &mut answer));
        if !matches!(written, Some(Ok(()))) {
            answer = Output::new();
        }
        if self.calls.may_answer(stream) {
            self.to_peer.append(answer);
            self.finish(stream);
        } else {
            self.calls.hold(stream, answer);
        }
    }

    /// Ends a call whose answer was written, or is held until its turn comes.
    fn finish(&mut self, stream: u32) {
        if !self.calls.may_answer(stream) {
            return;
        }
        let (streams, lingering) = (&mut self.streams, &mut self.lingering);
        self.calls.finish(stream, &mut self.to_peer, |call| {
            if let Some(id) = call.stream_id
                && streams.get(&id) == Some(&stream)
            {
                streams.remove(&id);
            }
            lingering.push(call.kept);
        });
    }
}

impl Head {
    fn note(&mut self, name: &[u8], value: &[u8]) {
        let text = || str::from_utf8(value).unwrap_or_default();
        if name == b":status" {
            self.status = text().parse().unwrap_or_default();
        } else if name == REPLY.as_bytes() {
            self.reply = match text() {
                INLINE => Some(Reply::Inline),
                number => number.parse().ok().map(Reply::Beside),
            };
        }
    }
}

fn over_limit() -> LocalReply {
    LocalReply::new(ErrorType::OverLimit, "too many bytes are in flight")
}

impl Half for Downstream {
    fn receive(&mut self, bytes: &[u8]) {
        self.client.session.receive(bytes);
        self.received();
    }

    fn reserve(&mut self, more: usize) {
        self.client.session.reserve(more);
    }

    fn read_buffer(&mut self) -> &mut BytesMut {
        self.client.session.read_buffer()
    }

    fn received(&mut self) {
        if self.client.full.is_none() {
            self.client.pump(&mut self.http);
        }
        self.client.settle(&mut self.http);
    }

    fn end(&mut self) {
        self.client.has_ended = true;
        self.received();
    }

    fn receive_http(&mut self, bytes: &[u8]) {
        let Self { http, client } = self;
        if let Err(error) = http.receive(bytes, |http, event| client.on_event(http, event)) {
            client.closing = Some(Closing::Refused(format!("HTTP/2 from Envoy: {error}")));
        }
        client.settle(http);
    }

    fn to_peer(&mut self) -> &mut Output {
        &mut self.client.to_peer
    }

    fn to_http(&mut self) -> &mut BytesMut {
        self.http.output()
    }

    fn is_full(&self) -> bool {
        self.client.full.is_some() || self.client.refused.is_some()
    }

    fn closing(&self) -> Option<&Closing> {
        self.client.closing.as_ref()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.client.tally
    }
}
