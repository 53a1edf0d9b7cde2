//! The codec in a host: clients, the loopback proxy and a server over real sockets, against the session alone.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};
use metaproto_codec::{
    Direction, Error, ErrorType, MessageType, Metadata, Next, Output, RequestId, Session,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::conformance::bench::{Bench, NO_MESSAGE};
use crate::conformance::case::{Case, Frame};
use crate::conformance::finding::Finding;
use crate::conformance::rule::Whole;
use crate::conformance::subject::{Make, Subject, guard};
use crate::facts::show_id;
use crate::proxy::{Config, Proxy, Route};

/// A test must end; on loopback an answer takes a millisecond.
const PATIENCE: Duration = Duration::from_secs(5);

/// Streams that are sent through the proxy.
const STREAMS: usize = 24;

pub(super) fn agree(bench: &Bench) -> Whole {
    let cases = streams(bench);
    if cases.is_empty() {
        return Whole::Unsupported(NO_MESSAGE.to_owned());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return Whole::Unsupported(format!("no runtime for sockets: {error}")),
    };
    let talk = guard(|| runtime.block_on(through_proxy(&bench.subject, &cases)));
    let Ok(result) = talk else {
        return Whole::Unsupported("the codec panics, see R001".to_owned());
    };
    match result {
        Ok(None) => Whole::Holds(cases.len()),
        Ok(Some((index, finding))) => {
            Whole::Broken(Box::new((cases[index].clone(), finding)), index + 1)
        }
        Err(error) => Whole::Unsupported(format!("no sockets: {error}")),
    }
}

/// One message of each kind alone, several in one stream, whole and in pieces, and one that ends in nonsense.
fn streams(bench: &Bench) -> Vec<Case> {
    let direction = Direction::ClientToServer;
    let forwarded = |frame: &Frame| {
        let decoded = bench.subject.decode(direction, &frame.bytes);
        decoded.is_some_and(|decoded| {
            matches!(
                decoded.facts.kind,
                MessageType::Request | MessageType::OneWay | MessageType::Ping
            )
        })
    };
    let some: Vec<Frame> = bench
        .some(direction, STREAMS)
        .into_iter()
        .filter(forwarded)
        .collect();
    let mut cases: Vec<_> = some
        .iter()
        .map(|frame| Case::new(direction, vec![frame.clone()]))
        .collect();
    for run in some.chunks(5) {
        let case = Case::new(direction, run.to_vec());
        let length = case.stream().len();
        cases.push(case.clone());
        cases.push(case.cut(vec![7; length / 7]));
    }
    let broken = bench.near(direction).iter().map(|(_, frame)| frame);
    if let (Some(first), Some(bad)) = (some.first(), broken.clone().find(|frame| !frame.is_valid()))
    {
        cases.push(Case::new(direction, vec![first.clone(), bad.clone()]));
    }
    cases
}

async fn through_proxy(
    subject: &Subject,
    cases: &[Case],
) -> std::io::Result<Option<(usize, Finding)>> {
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let upstream = server.local_addr()?;
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(server, Arc::clone(&subject.make)));
    let config = Config::default()
        .cluster("server", [upstream])
        .route(Route::to("all", "server"));
    let proxy = Proxy::start(config, Arc::clone(&subject.make))
        .await
        .map_err(std::io::Error::other)?;
    let mut found = None;
    for (index, case) in cases.iter().enumerate() {
        let expected = expected(subject, case);
        let answered =
            tokio::time::timeout(PATIENCE, call(subject, proxy.local_addr(), case)).await;
        let answered = match answered {
            Ok(result) => result?,
            Err(_) => vec!["no end of the answers in time".to_owned()],
        };
        if answered != expected {
            let show = |answers: &[String]| {
                if answers.is_empty() {
                    "no answer".to_owned()
                } else {
                    answers.join(", ")
                }
            };
            let finding = Finding::new(show(&expected), show(&answered));
            found = Some((index, finding.called("session alone", "through a proxy")));
            break;
        }
    }
    proxy.shutdown().await;
    tasks.shutdown().await;
    Ok(found)
}

/// The answers that the stream is owed, by the session alone, in the order of their names.
fn expected(subject: &Subject, case: &Case) -> Vec<String> {
    let mut session = Session::new(subject.codec(), case.direction, subject.limits);
    let mut metadata = Metadata::default();
    let mut answers = Vec::new();
    session.receive(&case.stream());
    while let Ok(Next::Message { .. }) = session.next_message(&mut metadata) {
        match metadata.kind() {
            MessageType::Request => answers.push(name("response", metadata.request_id())),
            MessageType::Ping => answers.push(name("pong", metadata.request_id())),
            _ => {}
        }
    }
    answers.sort();
    answers
}

fn name(what: &str, id: Option<RequestId>) -> String {
    match id {
        Some(id) => format!("{what} to {}", show_id(&id)),
        None => what.to_owned(),
    }
}

/// Sends the stream to the proxy and reads until the proxy has answered everything.
async fn call(subject: &Subject, proxy: SocketAddr, case: &Case) -> std::io::Result<Vec<String>> {
    let mut socket = TcpStream::connect(proxy).await?;
    socket.set_nodelay(true)?;
    let (mut reader, mut writer) = socket.split();
    let pieces: Vec<Bytes> = case.pieces();
    let send = async {
        for piece in pieces {
            // A proxy that has seen nonsense may close at any time.
            if writer.write_all(&piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let _ = writer.shutdown().await;
    };
    let mut session = Session::new(subject.codec(), case.direction.opposite(), subject.limits);
    let receive = async {
        let mut metadata = Metadata::default();
        let mut answers = Vec::new();
        loop {
            match session.next_message(&mut metadata) {
                Ok(Next::Message { .. }) => {
                    let what = match metadata.kind() {
                        MessageType::Response | MessageType::Error => "response",
                        other => other.as_str(),
                    };
                    answers.push(name(what, metadata.request_id()));
                }
                Ok(Next::Wait { .. }) => match reader.read_buf(session.read_buffer()).await {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {}
                },
                Err(error) => {
                    answers.push(format!("an error: {error}"));
                    break;
                }
            }
        }
        answers.sort();
        answers
    };
    let ((), answers) = tokio::join!(send, receive);
    Ok(answers)
}

/// A server that has the codec's own error response for every request.
async fn serve(listener: TcpListener, make: Make) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        connections.spawn(answer(socket, Arc::clone(&make)));
    }
}

async fn answer(mut socket: TcpStream, make: Make) {
    let mut session = Session::new(make(), Direction::ClientToServer, Default::default());
    let mut metadata = Metadata::default();
    let mut output = Output::new();
    loop {
        match session.next_message(&mut metadata) {
            Ok(Next::Message { .. }) => {
                let error = Error {
                    r#type: ErrorType::Unspecified,
                    message: "from the server",
                };
                // What the codec cannot answer stays unanswered, and is missed by the client.
                let _ = session.codec().on_error(&metadata, &error, &mut output);
                let _ = session.codec().heartbeat_reply(&metadata, &mut output);
            }
            Ok(Next::Wait { .. }) => {
                while output.has_remaining() {
                    if socket.write_buf(&mut output).await.is_err() {
                        return;
                    }
                }
                match socket.read_buf(session.read_buffer()).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                }
            }
            Err(_) => return,
        }
    }
}
