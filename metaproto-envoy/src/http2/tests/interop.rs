//! Conversations with another implementation, `h2`, on either side: dynamic tables, Huffman code, narrow windows.

use std::collections::VecDeque;
use std::mem;

use bytes::BytesMut;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

/// The lengths of the bodies that are echoed, bytes: none, short ones, and such as exceed the windows.
const BODIES: [usize; 12] = [
    0, 1, 999, 70_000, 0, 300_000, 16_384, 5, 1_000_001, 32_768, 0, 65_536,
];
/// More than a frame holds.
const LONG: usize = 40_000;
/// What travels between both at most, bytes; more than all bodies.
const PIPE: usize = 8 << 20;
/// Windows of the other side, bytes.
const WINDOW: u32 = 1_000;

/// The body of request number `index`.
fn body(index: usize) -> Bytes {
    let len = BODIES[index % BODIES.len()];
    (0..len)
        .map(|place| (place * 31 + index) as u8)
        .collect::<Vec<u8>>()
        .into()
}

/// Writes what there is, then reads a little; `None` at the end of the stream.
async fn exchange(http: &mut Http2, io: &mut DuplexStream) -> Option<Vec<u8>> {
    io.write_all(&http.output().split()).await.ok()?;
    let mut bytes = vec![0; 1_777];
    let len = io.read(&mut bytes).await.expect("a pipe in memory");
    bytes.truncate(len);
    (len > 0).then_some(bytes)
}

async fn read_body(body: &mut RecvStream) -> Bytes {
    let mut all = BytesMut::new();
    while let Some(piece) = body.data().await {
        let piece = piece.expect("the body arrives");
        let flow = body.flow_control();
        flow.release_capacity(piece.len())
            .expect("what was read is released");
        all.extend_from_slice(&piece);
    }
    all.freeze()
}

fn send_body(stream: &mut SendStream<Bytes>, body: Bytes, has_trailers: bool) {
    stream
        .send_data(body, !has_trailers)
        .expect("the stream is open");
    if has_trailers {
        let mut trailers = HeaderMap::new();
        trailers.insert("x-trailer", "1".parse().expect("a value"));
        stream.send_trailers(trailers).expect("the stream is open");
    }
}

/// Echoes a request; resets it if its path says so.
async fn echo(request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let (request, mut body) = request.into_parts();
    if request.uri.path() == "/reset" {
        respond.send_reset(Reason::REFUSED_STREAM);
        return;
    }
    let body = read_body(&mut body).await;
    let mut response = Response::builder().status(200);
    for (name, value) in &request.headers {
        response = response.header(name, value);
    }
    let response = response.body(()).expect("a response");
    let mut stream = respond
        .send_response(response, false)
        .expect("the stream is open");
    send_body(&mut stream, body, request.uri.path() == "/trailers");
}

async fn serve(io: DuplexStream, requests: usize) {
    let mut builder = h2::server::Builder::new();
    builder
        .initial_window_size(WINDOW)
        .max_concurrent_streams(7);
    let mut connection = builder
        .handshake::<_, Bytes>(io)
        .await
        .expect("a handshake");
    let mut served = 0;
    while let Some(request) = connection.accept().await {
        let (request, respond) = request.expect("a request");
        tokio::spawn(echo(request, respond));
        served += 1;
        if served == requests {
            connection.graceful_shutdown();
        }
    }
}

#[tokio::test]
async fn our_client_and_another_server() {
    let requests = 60;
    let (mut io, theirs) = duplex(PIPE);
    let server = tokio::spawn(serve(theirs, requests));
    let long = vec![b'l'; LONG];
    let mut http = Http2::new(Role::Client);
    let mut todo: VecDeque<usize> = (0..requests).collect();
    let mut bodies = Bodies::default();
    let mut lists = BTreeMap::new();
    let mut resets = Vec::new();
    let mut last = None;
    let mut has_settings = false;
    loop {
        // Its SETTINGS come first, lest it refuses what it has no room for.
        while mem::replace(&mut has_settings, true)
            && http.can_open()
            && let Some(index) = todo.pop_front()
        {
            let stream = http.open().expect("there is room");
            let path: &[u8] = match index % 10 {
                3 => b"/trailers",
                7 => b"/reset",
                _ => b"/echo",
            };
            let number = index.to_string();
            let fields: [(&[u8], &[u8]); 6] = [
                (b":method", b"POST"),
                (b":scheme", b"http"),
                (b":path", path),
                (b":authority", b"awesomerpc"),
                (b"mp-number", number.as_bytes()),
                (
                    b"mp-long",
                    if index % 20 == 5 {
                        &long
                    } else {
                        b"short ~\\{}"
                    },
                ),
            ];
            http.headers(stream, fields, false);
            http.data(stream, body(index), true);
        }
        let Some(bytes) = exchange(&mut http, &mut io).await else {
            break;
        };
        let told = http.receive(&bytes, |_, event| {
            bodies.note(&event);
            match event {
                Event::Headers { stream, fields, .. } => {
                    lists.insert(stream, owned(fields.iter()));
                }
                Event::Reset { stream, code } => resets.push((stream, code)),
                Event::GoAway { last: this } => last = Some(this),
                Event::Data { .. } | Event::Room => {}
            }
        });
        told.expect("h2 keeps the rules");
    }
    server.await.expect("the server ends well");
    let stream_of = |index: usize| 2 * index as u32 + 1;
    assert_eq!(last, Some(stream_of(requests - 1)));
    resets.sort_unstable_by_key(|(stream, _)| *stream);
    let reset = (0..requests).filter(|index| index % 10 == 7);
    let reset: Vec<_> = reset
        .map(|index| (stream_of(index), ErrorCode::REFUSED_STREAM))
        .collect();
    assert_eq!(resets, reset);
    for index in (0..requests).filter(|index| index % 10 != 7) {
        let stream = stream_of(index);
        let heard = &bodies.0[&stream];
        assert!(
            heard.is_whole && heard.bytes == body(index),
            "request {index}"
        );
        let number = (b"mp-number".to_vec(), index.to_string().into_bytes());
        assert!(lists[&stream].contains(&number), "request {index}");
        let value = if index % 20 == 5 {
            &long[..]
        } else {
            b"short ~\\{}"
        };
        assert!(lists[&stream].contains(&(b"mp-long".to_vec(), value.to_vec())));
    }
    assert_eq!((http.open_streams(), http.queued()), (0, 0));
}

/// Sends one request and what came of it.
async fn ask(client: h2::client::SendRequest<Bytes>, index: usize) {
    let mut client = client.ready().await.expect("the connection is open");
    let long = "l".repeat(if index % 20 == 5 { LONG } else { 3 });
    let request = Request::post("http://awesomerpc/echo?1")
        .header("mp-number", index)
        .header("mp-repeated", "again and again")
        .header("mp-long", &long);
    let request = request.body(()).expect("a request");
    let (response, mut stream) = client.send_request(request, false).expect("a new stream");
    send_body(&mut stream, body(index), index % 10 == 3);
    let mut response = response.await.expect("a response");
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["mp-number"], index.to_string());
    assert_eq!(response.headers()["mp-long"], long);
    let heard = read_body(response.body_mut()).await;
    assert!(heard == body(index), "request {index}");
}

#[tokio::test]
async fn our_server_and_another_client() {
    let requests = 60;
    let (mut io, theirs) = duplex(PIPE);
    let client = tokio::spawn(async move {
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(WINDOW);
        let (client, connection) = builder.handshake(theirs).await.expect("a handshake");
        let connection = tokio::spawn(connection);
        let asked: Vec<_> = (0..requests)
            .map(|index| tokio::spawn(ask(client.clone(), index)))
            .collect();
        for asked in asked {
            asked.await.expect("a request ends well");
        }
        drop(client);
        connection
            .await
            .expect("no panic")
            .expect("a connection ends well");
    });
    let mut http = Http2::new(Role::Server {
        max_concurrent_streams: 100,
    });
    let mut bodies: BTreeMap<u32, (List, BytesMut)> = BTreeMap::new();
    while let Some(bytes) = exchange(&mut http, &mut io).await {
        let told = http.receive(&bytes, |http, event| {
            let (stream, end) = match event {
                Event::Headers {
                    stream,
                    fields,
                    end,
                } => {
                    let fields = fields.iter().filter(|(name, _)| name.starts_with(b"mp-"));
                    bodies.insert(stream, (owned(fields), BytesMut::new()));
                    (stream, end)
                }
                Event::Data { stream, bytes, end } => {
                    let (_, body) = bodies.get_mut(&stream).expect("a request before DATA");
                    body.extend_from_slice(bytes);
                    (stream, end)
                }
                Event::Reset { .. } | Event::GoAway { .. } | Event::Room => return,
            };
            if end {
                let (fields, body) = bodies.remove(&stream).expect("a request before its end");
                let status = [(&b":status"[..], &b"500"[..])];
                let fields = fields.iter().map(|(name, value)| (&name[..], &value[..]));
                http.headers(stream, status.into_iter().chain(fields), body.is_empty());
                if !body.is_empty() {
                    http.data(stream, body.freeze(), true);
                }
            }
        });
        told.expect("h2 keeps the rules");
    }
    client.await.expect("all requests end well");
    assert_eq!((http.open_streams(), http.queued()), (0, 0));
}
