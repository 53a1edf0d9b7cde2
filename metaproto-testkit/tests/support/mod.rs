//! A small protocol, its codec, and peers that speak it.
//!
//! A message is: total length (4 bytes), id (4 bytes), kind (1 byte), length of properties (2 bytes), properties as
//! `key=value;` text, body. Integers are big-endian.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metaproto_codec::{
    Capabilities, Change, Codec, CodecError, DecodeStatus, Error, Fault, FieldPath, IdSpace,
    MessageType, Metadata, Mutation, Output, RequestId,
};
use metaproto_testkit::proxy::{CodecFactory, Config, Proxy};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

const FIXED: usize = 11;
const MAX: usize = 1 << 20;
const KINDS: [MessageType; 6] = [
    MessageType::Request,
    MessageType::OneWay,
    MessageType::Response,
    MessageType::Error,
    MessageType::Ping,
    MessageType::Pong,
];

pub(crate) const NUMBERS: IdSpace = IdSpace::Number {
    bits: 32,
    signed: false,
};

pub(crate) fn factory(ids: IdSpace) -> CodecFactory {
    Arc::new(move || Box::new(Small { ids }))
}

pub(crate) async fn start(config: Config, ids: IdSpace) -> Proxy {
    Proxy::start(config, factory(ids)).await.unwrap()
}

/// Every wait of a test ends.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future)
        .await
        .expect("waited for too long")
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) id: u32,
    pub(crate) kind: MessageType,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Frame {
    pub(crate) fn new(kind: MessageType, id: u32, body: &str) -> Self {
        Self {
            id,
            kind,
            properties: BTreeMap::new(),
            body: body.into(),
        }
    }

    pub(crate) fn request(id: u32, body: &str) -> Self {
        Self::new(MessageType::Request, id, body)
    }

    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.properties.insert(key.into(), value.into());
        self
    }

    /// The response that has everything of this request.
    pub(crate) fn response(mut self) -> Self {
        self.kind = MessageType::Response;
        self
    }

    pub(crate) fn get(&self, key: &str) -> &str {
        self.properties.get(key).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let texts = self
            .properties
            .iter()
            .map(|(key, value)| format!("{key}={value};"));
        let text: String = texts.collect();
        let length = FIXED + text.len() + self.body.len();
        let kind = KINDS.iter().position(|kind| *kind == self.kind).unwrap();
        let mut bytes = u32::try_from(length).unwrap().to_be_bytes().to_vec();
        bytes.extend(self.id.to_be_bytes());
        bytes.push(u8::try_from(kind).unwrap());
        bytes.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(&self.body);
        bytes
    }

    fn of(metadata: &Metadata) -> Self {
        let id = metadata
            .frame()
            .get(4..8)
            .map_or([0; 4], |id| id.try_into().unwrap());
        let pairs = metadata.properties();
        Self {
            id: u32::from_be_bytes(id),
            kind: metadata.kind(),
            properties: pairs
                .map(|(key, value)| (key.to_owned(), value.to_string()))
                .collect(),
            body: metadata.body().to_vec(),
        }
    }
}

struct Small {
    ids: IdSpace,
}

fn fault(offset: usize, fault: Fault) -> CodecError {
    CodecError::new(offset, FieldPath::new("small"), fault)
}

impl Codec for Small {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new("small", MAX);
        capabilities.request_id = self.ids;
        capabilities.open_properties = true;
        capabilities
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let Some(fixed) = input.first_chunk::<FIXED>() else {
            return Ok(DecodeStatus::WaitForData {
                at_least: FIXED - input.len(),
            });
        };
        let length = u32::from_be_bytes([fixed[0], fixed[1], fixed[2], fixed[3]]) as usize;
        let header = FIXED + usize::from(u16::from_be_bytes([fixed[9], fixed[10]]));
        if length < header || length > MAX {
            return Err(fault(
                0,
                Fault::AboveMaximum {
                    found: length as u128,
                    max: MAX,
                },
            ));
        }
        let kind = KINDS.get(usize::from(fixed[8]));
        let kind = *kind.ok_or_else(|| {
            fault(
                8,
                Fault::Code {
                    found: fixed[8].into(),
                },
            )
        })?;
        if input.len() < length {
            return Ok(DecodeStatus::WaitForData {
                at_least: length - input.len(),
            });
        }
        metadata.set_kind(kind);
        metadata.set_header_size(header);
        match self.ids {
            IdSpace::Number { .. } => {
                let id = [fixed[4], fixed[5], fixed[6], fixed[7]];
                metadata.set_request_id(u32::from_be_bytes(id).into());
            }
            IdSpace::Bytes => metadata.set_request_id_bytes(4..8),
            IdSpace::None => {}
        }
        let text = str::from_utf8(&input[FIXED..header]).map_err(|_| fault(FIXED, Fault::Utf8))?;
        let mut at = FIXED;
        for pair in text.split_inclusive(';') {
            let equals = at + pair.find('=').ok_or_else(|| fault(at, Fault::Utf8))?;
            let end = at + pair.len() - 1;
            metadata.peer_property(at..equals, equals + 1..end);
            if &input[at..equals] == b"op" {
                metadata.set_operation(equals + 1..end);
            }
            at = end + 1;
        }
        Ok(DecodeStatus::Done { consumed: length })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        if mutation.is_empty() {
            output.push_shared(message.share_frame());
            return Ok(());
        }
        let mut frame = Frame::of(message);
        for (key, change) in mutation.changes() {
            match change {
                Change::Set(_) if key == "locked" => {
                    return Err(fault(FIXED, Fault::CannotSet { key: key.into() }));
                }
                Change::Set(value) => drop(frame.properties.insert(key.into(), value.into())),
                Change::Remove => drop(frame.properties.remove(key)),
            }
        }
        match mutation.request_id() {
            Some(RequestId::Number(id)) => frame.id = u32::try_from(*id).unwrap(),
            Some(RequestId::Bytes(_)) => return Err(fault(4, Fault::RequestId)),
            None => {}
        }
        output.push(&frame.to_bytes());
        Ok(())
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        if request.kind() == MessageType::Request {
            let id = Frame::of(request).id;
            let reply = Frame::new(MessageType::Error, id, error.message);
            output.push(&reply.with("status", error.r#type.as_str()).to_bytes());
        }
        Ok(())
    }

    fn heartbeat_reply(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        if ping.kind() == MessageType::Ping {
            output.push(&Frame::new(MessageType::Pong, Frame::of(ping).id, "").to_bytes());
        }
        Ok(())
    }
}

/// One end of a connection.
pub(crate) struct Peer(pub(crate) TcpStream);

impl Peer {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(soon(TcpStream::connect(address)).await.unwrap())
    }

    pub(crate) async fn send(&mut self, frame: &Frame) {
        self.send_bytes(&frame.to_bytes()).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        soon(self.0.write_all(bytes)).await.unwrap();
    }

    /// The next message, `None` at the end of the stream.
    pub(crate) async fn receive(&mut self) -> Option<Frame> {
        soon(self.read()).await
    }

    pub(crate) async fn call(&mut self, frame: &Frame) -> Frame {
        self.send(frame).await;
        self.receive().await.expect("the connection was closed")
    }

    async fn read(&mut self) -> Option<Frame> {
        read(&mut self.0).await
    }
}

/// The next message, `None` at the end of the stream.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Frame> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.ok()?;
    let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut rest).await.ok()?;
    let header = 7 + usize::from(u16::from_be_bytes([rest[5], rest[6]]));
    let text = str::from_utf8(&rest[7..header]).unwrap();
    let pairs = text
        .split_terminator(';')
        .map(|pair| pair.split_once('=').unwrap());
    Some(Frame {
        id: u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]),
        kind: KINDS[usize::from(rest[4])],
        properties: pairs
            .map(|(key, value)| (key.into(), value.into()))
            .collect(),
        body: rest[header..].to_vec(),
    })
}

/// What an upstream does about a request.
pub(crate) enum Reaction {
    Send(Vec<u8>),
    Nothing,
    Close,
}

/// An upstream; it stops when it is dropped.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Upstream {
    pub(crate) async fn start(react: impl Fn(Frame) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let react = Arc::new(react);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(answer(Peer(stream), Arc::clone(&react)));
            }
        });
        Self { address, task }
    }

    /// One that returns each request as its response, with its own name.
    pub(crate) async fn echo(name: &'static str) -> Self {
        Self::start(move |frame| match frame.kind {
            MessageType::Request => {
                let seen = frame.id.to_string();
                let response = frame.response().with("server", name).with("seen-id", &seen);
                Reaction::Send(response.to_bytes())
            }
            MessageType::Ping => {
                Reaction::Send(Frame::new(MessageType::Pong, frame.id, name).to_bytes())
            }
            _ => Reaction::Nothing,
        })
        .await
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer<F: Fn(Frame) -> Reaction>(mut peer: Peer, react: Arc<F>) {
    while let Some(frame) = peer.read().await {
        match react(frame) {
            Reaction::Send(bytes) => {
                if peer.0.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reaction::Nothing => {}
            Reaction::Close => return,
        }
    }
}

/// An address on which nobody listens, kept from others.
pub(crate) struct Nobody {
    pub(crate) address: SocketAddr,
    _socket: TcpSocket,
}

impl Nobody {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self {
            address: socket.local_addr().unwrap(),
            _socket: socket,
        }
    }
}
