//! A server of HTTP/2 that hands each request to a function.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use bytes::{Bytes, BytesMut};
use h2::RecvStream;
use h2::server::SendResponse;
use http::{HeaderMap, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What is answered: a body, and trailers.
pub(super) struct Answered {
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
    pub(super) trailers: HeaderMap,
}

/// Makes an answer of the body of a request.
pub(super) type Answer = Arc<dyn Fn(Bytes) -> Result<Answered> + Send + Sync>;

/// A server. It ends when it is dropped.
pub(super) struct Http2Server {
    pub(super) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Http2Server {
    /// A server on a free port.
    pub(super) async fn start(answer: Answer) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&answer)));
            }
        });
        Ok(Self {
            address,
            _tasks: tasks,
        })
    }
}

async fn serve(stream: TcpStream, answer: Answer) {
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        tokio::spawn(one(request, respond, Arc::clone(&answer)));
    }
}

/// Whoever asked and is not answered has a timeout.
async fn one(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    answer: Answer,
) -> Result<()> {
    let mut incoming = request.into_body();
    let mut body = BytesMut::new();
    while let Some(piece) = incoming.data().await {
        let piece = piece?;
        incoming.flow_control().release_capacity(piece.len())?;
        body.extend_from_slice(&piece);
    }
    let answered = answer(body.freeze())?;
    let response = Response::builder().header("content-type", answered.content_type);
    let mut stream = respond.send_response(response.body(())?, false)?;
    stream.send_data(answered.body, false)?;
    stream.send_trailers(answered.trailers)?;
    Ok(())
}
