//! The client and the server, against each other and against peers that break the rules.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use echo::{CallError, Client, EchoHeader, EchoRpc, Failure, Lost, Server, Settings, kind};
use futures_util::future::join_all;
use metaproto_codec::tokio::{Outgoing, StreamError};
use metaproto_codec::{ErrorType, Header, HeaderCodec, KIB, MIB, MessageType, Metadata, Output};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

fn request(operation: &str, body: &[u8]) -> Vec<u8> {
    let header = EchoHeader::new(kind::REQUEST, operation);
    header.to_frame(body).unwrap()
}

/// The request as its response, with the very body.
fn echo(request: &Metadata) -> Result<Outgoing, Failure> {
    let mut output = Output::new();
    EchoHeader::splice(
        &request.share_frame(),
        |header| header.kind = kind::RESPONSE,
        &mut output,
    )?;
    Ok(output.into())
}

fn settings() -> Settings {
    Settings::default()
}

/// A client and a server that echoes, over a pipe of some bytes.
fn connect(pipe: usize, most_in_flight: usize) -> Client<EchoRpc> {
    let (near, far) = duplex(pipe);
    tokio::spawn(async move {
        let server = Server::new(EchoRpc::new(), async |request| echo(&request), settings());
        server.serve(far, CancellationToken::new()).await
    });
    Client::new(near, EchoRpc::new(), most_in_flight)
}

fn number(message: &Metadata) -> u64 {
    message.request_id().unwrap().number().unwrap()
}

#[tokio::test]
async fn ten_thousand_requests_are_answered_out_of_order_and_each_to_its_caller() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let finished = Arc::new(Mutex::new(Vec::new()));
    let order = finished.clone();
    let handler = move |request: Metadata| {
        let order = order.clone();
        async move {
            let id = number(&request);
            // A fixed disorder: some requests take longer than many that come after them.
            sleep(Duration::from_millis(id * 7919 % 5)).await;
            order.lock().unwrap().push(id);
            echo(&request)
        }
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new(EchoRpc::new(), handler, settings());
    let server = tokio::spawn(server.run(listener, async { drop(stopped.await) }));

    let stream = TcpStream::connect(address).await.unwrap();
    let client = Client::new(stream, EchoRpc::new(), 256);
    let calls = (0..10_000_u32).map(|number| {
        let client = client.clone();
        async move {
            let body = format!("request {number}");
            let answer = client.call(request("echo", body.as_bytes())).await.unwrap();
            assert_eq!(answer.kind(), MessageType::Response);
            assert_eq!(answer.body(), body.as_bytes());
        }
    });
    timeout(LONG, join_all(calls)).await.unwrap();
    {
        let finished = finished.lock().unwrap();
        assert_eq!(finished.len(), 10_000);
        let early = finished.windows(2).filter(|pair| pair[1] < pair[0]);
        assert!(early.count() > 100, "nothing was out of order");
    }
    drop(stop);
    timeout(LONG, server).await.unwrap().unwrap();
}

#[derive(Header)]
struct Narrow {
    #[header(message_type(request = 0, response = 1))]
    kind: u8,
    #[header(request_id)]
    id: u8,
    #[header(body_len, max = 8)]
    length: u8,
}

#[tokio::test]
async fn ids_wrap_and_are_used_again_but_never_while_in_flight() {
    let (near, far) = duplex(KIB);
    let first_may_end = Arc::new(Semaphore::new(0));
    let gate = first_may_end.clone();
    let handler = move |request: Metadata| {
        let gate = gate.clone();
        async move {
            if request.body() == b"first" {
                drop(gate.acquire().await);
            }
            let mut header = Narrow::read_frame(request.frame())?;
            header.kind = 1;
            Ok(header.to_frame(request.body())?.into())
        }
    };
    type Narrows = HeaderCodec<Narrow>;
    let server = Server::new(Narrows::new(), handler, settings());
    tokio::spawn(async move { server.serve(far, CancellationToken::new()).await });
    let client = Client::new(near, Narrows::new(), 20);
    let frame = |body: &[u8]| {
        let (kind, id, length) = (0, 0, 0);
        Narrow { kind, id, length }.to_frame(body).unwrap()
    };

    let first = tokio::spawn({
        let (client, frame) = (client.clone(), frame(b"first"));
        async move { client.call(frame).await.unwrap() }
    });
    let mut seen = [0; 256];
    while seen[255] < 3 {
        for answer in join_all((0..20_u8).map(|n| client.call(frame(&[n])))).await {
            seen[number(&answer.unwrap()) as usize] += 1;
        }
    }
    let unused = seen.iter().filter(|uses| **uses < 3).count();
    first_may_end.add_permits(1);
    let first = first.await.unwrap();
    assert_eq!(first.body(), b"first");
    assert_eq!(unused, 1, "all ids are used in turn, but for the first's");
    assert_eq!(seen[number(&first) as usize], 0);
}

#[tokio::test]
async fn whoever_gives_up_leaves_an_id_that_nobody_else_gets() {
    let (near, mut far) = duplex(KIB);
    let client = Client::new(near, EchoRpc::new(), 1);
    let mut sent = vec![0; request("echo", b"1").len()];
    tokio::select! {
        answer = client.call(request("echo", b"1")) => panic!("nobody has answered: {answer:?}"),
        read = far.read_exact(&mut sent) => drop(read.unwrap()),
    }
    // There is room for one, and that is taken.
    let call = client.call(request("echo", b"2"));
    assert!(timeout(Duration::from_millis(50), call).await.is_err());

    let third = tokio::spawn(async move { client.call(request("echo", b"3")).await });
    far.write_all(&response(&sent)).await.unwrap();
    // The second is never sent, for its caller has given up before.
    let read = timeout(LONG, far.read_exact(&mut sent)).await;
    read.unwrap().unwrap();
    far.write_all(&response(&sent)).await.unwrap();
    let third = timeout(LONG, third).await.unwrap().unwrap();
    assert_eq!(third.unwrap().body(), b"3");
}

fn response(request: &[u8]) -> Vec<u8> {
    let mut header = EchoHeader::read_frame(request).unwrap();
    header.kind = kind::RESPONSE;
    header.to_frame(&request[request.len() - 1..]).unwrap()
}

#[tokio::test]
async fn a_server_that_dies_fails_all_that_is_in_flight_and_all_that_comes() {
    let (near, far) = duplex(64 * KIB);
    let handler = async |request: Metadata| {
        if request.body() == b"die" {
            sleep(LONG).await;
        }
        echo(&request)
    };
    let server = Server::new(EchoRpc::new(), handler, settings());
    let server = tokio::spawn(async move { server.serve(far, CancellationToken::new()).await });
    let client = Client::new(near, EchoRpc::new(), 64);
    let calls: Vec<_> = (0..500)
        .map(|number| {
            let (client, body) = (client.clone(), if number < 10 { "live" } else { "die" });
            tokio::spawn(async move { client.call(request("echo", body.as_bytes())).await })
        })
        .collect();
    client.call(request("echo", b"first")).await.unwrap();
    server.abort();
    let answers = timeout(LONG, join_all(calls)).await.unwrap();
    let (answered, lost): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .map(Result::unwrap)
        .partition(Result::is_ok);
    assert!(answered.len() <= 10 && lost.len() >= 490);
    for error in lost {
        let error = error.unwrap_err();
        assert!(
            matches!(error, CallError::Lost(Lost::Closed | Lost::Broken(_))),
            "{error}"
        );
    }
    let late = client.call(request("echo", b"late")).await.unwrap_err();
    assert!(matches!(late, CallError::Lost(_)), "{late}");
    assert!(
        client
            .tell(
                EchoHeader::new(kind::ONE_WAY, "echo")
                    .to_frame(b"")
                    .unwrap()
            )
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_server_that_speaks_nonsense_is_told_from_one_that_leaves() {
    for (said, expected) in [
        (
            &b"HTTP/1.1 400"[..],
            "the connection broke: byte 0, field magic",
        ),
        (
            &b"\xEC\x02\0"[..],
            "the connection broke: byte 3, field message: the stream ended",
        ),
        (
            b"\xEC\x02\0\0\x09\0\0\0\0\0",
            "a response that nobody asked for",
        ),
        (b"", "the server closed the connection"),
    ] {
        let (near, mut far) = duplex(KIB);
        let client = Client::new(near, EchoRpc::new(), 8);
        let call = tokio::spawn({
            let client = client.clone();
            async move { client.call(request("echo", b"1")).await }
        });
        far.read_u8().await.unwrap();
        far.write_all(said).await.unwrap();
        far.shutdown().await.unwrap();
        let error = timeout(LONG, call).await.unwrap().unwrap().unwrap_err();
        assert!(
            error.to_string().starts_with(expected),
            "{error}, expected {expected}"
        );
        let again = client.call(request("echo", b"2")).await.unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
    }
}

#[tokio::test]
async fn hostile_bytes_cost_one_connection_and_are_reported() {
    static REPORTS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let report = |_, error: &StreamError| {
        assert!(matches!(error, StreamError::Codec(_)));
        REPORTS.lock().unwrap().push(error.to_string());
    };
    let settings = Settings {
        report,
        ..settings()
    };
    let server = Server::new(EchoRpc::new(), async |request| echo(&request), settings);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(server.run(listener, async { drop(stopped.await) }));
    let connect = || async { TcpStream::connect(address).await.unwrap() };
    let good = Client::new(connect().await, EchoRpc::new(), 8);
    for (said, expected) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], "field magic"),
        (b"\xEC\0\0\0\0\xFF\xFF\xFF\xFF\0", "above the limit"),
        (b"\xEC\x02\0\0\0\0\0\0\0\0", "a response may not travel c2s"),
        (b"\xEC\0\0\0", "the stream ended"),
    ] {
        let mut hostile = connect().await;
        hostile.write_all(said).await.unwrap();
        hostile.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let end = timeout(LONG, hostile.read_to_end(&mut answer))
            .await
            .unwrap();
        assert!(answer.is_empty(), "{end:?}");
        let answer = good.call(request("echo", b"still there")).await.unwrap();
        assert_eq!(answer.body(), b"still there");
        let reports = REPORTS.lock().unwrap();
        assert!(reports.last().unwrap().contains(expected), "{reports:?}");
    }
    drop((stop, good));
    timeout(LONG, server).await.unwrap().unwrap();
    assert_eq!(
        REPORTS.lock().unwrap().len(),
        4,
        "who just leaves is not reported"
    );
}

#[tokio::test]
async fn who_does_not_read_is_not_read_either() {
    const BODY: usize = 10 * KIB;
    let (near, far) = duplex(KIB);
    let handled = Arc::new(AtomicUsize::new(0));
    let count = handled.clone();
    let handler = move |request: Metadata| {
        count.fetch_add(1, Ordering::Relaxed);
        async move { echo(&request) }
    };
    let settings = Settings {
        most_in_flight: 4,
        most_unsent: 50 * KIB,
        ..settings()
    };
    let server = Server::new(EchoRpc::new(), handler, settings);
    let server = tokio::spawn(async move { server.serve(far, CancellationToken::new()).await });
    let (mut read, mut write) = tokio::io::split(near);
    let frame = request("echo", &[7; BODY]);
    let length = frame.len();
    let sending = tokio::spawn(async move {
        for _ in 0..100 {
            write.write_all(&frame).await.unwrap();
        }
        write.shutdown().await.unwrap();
    });
    until(|| handled.load(Ordering::Relaxed) >= 5).await;
    sleep(Duration::from_millis(200)).await;
    // Five answers are the 50 KiB, and four requests may have been in flight.
    let most = handled.load(Ordering::Relaxed);
    assert!(most <= 9, "{most} were handled, and none was read");
    assert!(!sending.is_finished());

    let mut answers = Vec::new();
    timeout(LONG, read.read_to_end(&mut answers))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answers.len(), 100 * length);
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_the_client_allows() {
    let (near, mut far) = duplex(64 * KIB);
    let client = Client::new(near, EchoRpc::new(), 4);
    for _ in 0..10 {
        let client = client.clone();
        tokio::spawn(async move { client.call(request("echo", b"1")).await });
    }
    let length = request("echo", b"1").len();
    let mut sent = vec![0; 4 * length];
    far.read_exact(&mut sent).await.unwrap();
    let fifth = timeout(Duration::from_millis(100), far.read_u8()).await;
    assert!(fifth.is_err(), "a fifth came before the first was answered");
    far.write_all(&response(&sent[..length])).await.unwrap();
    far.read_exact(&mut sent[..length]).await.unwrap();
}

#[tokio::test]
async fn what_is_large_comes_through_a_narrow_pipe_both_ways() {
    let client = connect(512, 8);
    let bodies: Vec<Vec<u8>> = (0..8_u8)
        .map(|n| vec![n; MIB / 2 + usize::from(n)])
        .collect();
    let calls = bodies.iter().map(|body| client.call(request("echo", body)));
    let answers = timeout(LONG, join_all(calls)).await.unwrap();
    for (answer, body) in answers.into_iter().zip(&bodies) {
        assert!(answer.unwrap().body() == body);
    }
}

/// Requests of which the handler does not end at once.
static STARTED: AtomicUsize = AtomicUsize::new(0);

async fn until(is_so: impl Fn() -> bool) {
    let poll = async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, poll).await.unwrap();
}

async fn answer(request: Metadata) -> Result<Outgoing, Failure> {
    match request.operation().unwrap().to_string().as_str() {
        "fail" => return Err(Failure::new(ErrorType::OverLimit, "slow down")),
        "panic" => panic!("a handler panics, as it should here"),
        "never" => {
            STARTED.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>().await;
        }
        "slow" => {
            STARTED.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(100)).await;
        }
        _ => {}
    }
    echo(&request)
}

/// What a server says to these messages until it closes the connection: kinds, ids and statuses.
async fn said(messages: &[EchoHeader]) -> Result<Vec<(u8, u16, u8)>, StreamError> {
    let (mut near, far) = duplex(64 * KIB);
    for message in messages {
        near.write_all(&message.to_frame(b"body").unwrap()).await?;
    }
    near.shutdown().await?;
    let server = Server::new(EchoRpc::new(), answer, settings());
    let serving = tokio::spawn(async move { server.serve(far, CancellationToken::new()).await });
    let mut all = Vec::new();
    timeout(LONG, near.read_to_end(&mut all)).await.unwrap()?;
    serving.await.unwrap()?;
    let mut left = &all[..];
    let mut said = Vec::new();
    while !left.is_empty() {
        let (view, sizes) = EchoHeader::view_sized(left)?;
        said.push((view.kind(), view.id(), view.status()));
        left = &left[sizes.frame()..];
    }
    said.sort_unstable();
    Ok(said)
}

fn message(kind: u8, id: u16, operation: &str) -> EchoHeader {
    let header = EchoHeader::new(kind, operation);
    EchoHeader { id, ..header }
}

#[tokio::test]
async fn requests_pings_and_failures_are_answered_and_one_way_requests_are_not() {
    let messages = [
        message(kind::REQUEST, 1, "echo"),
        message(kind::ONE_WAY, 2, "echo"),
        message(kind::PING, 3, ""),
        message(kind::REQUEST, 4, "fail"),
        message(kind::ONE_WAY, 5, "fail"),
        message(PONG, 6, ""),
    ];
    let expected = [(kind::RESPONSE, 1, 0), (kind::RESPONSE, 4, 3), (PONG, 3, 0)];
    assert_eq!(said(&messages).await.unwrap(), expected);
}

const PONG: u8 = 4;

#[tokio::test]
async fn a_handler_that_panics_costs_its_connection() {
    let error = said(&[message(kind::REQUEST, 1, "panic")])
        .await
        .unwrap_err();
    assert!(matches!(error, StreamError::Io(_)), "{error}");
}

#[tokio::test]
async fn a_client_answers_the_pings_of_its_server() {
    let (near, mut far) = duplex(KIB);
    let _client = Client::new(near, EchoRpc::new(), 8);
    let ping = message(kind::PING, 9, "").to_frame(b"").unwrap();
    far.write_all(&ping).await.unwrap();
    let mut pong = vec![0; ping.len()];
    timeout(LONG, far.read_exact(&mut pong))
        .await
        .unwrap()
        .unwrap();
    let pong = EchoHeader::read_frame(&pong).unwrap();
    assert_eq!((pong.kind, pong.id), (PONG, 9));
}

#[tokio::test]
async fn what_is_no_request_is_refused_before_it_is_sent() {
    let client = connect(KIB, 8);
    let good = request("echo", b"good");
    let one_way = message(kind::ONE_WAY, 0, "echo").to_frame(b"").unwrap();
    for bad in [&good[..5], b"GET /", &[&good[..], &good].concat(), &one_way] {
        let error = client.call(bad.to_vec()).await.unwrap_err();
        assert!(matches!(error, CallError::Request(_)), "{error}");
    }
    client.tell(one_way).await.unwrap();
    assert_eq!(client.call(good).await.unwrap().body(), b"good");
}

#[tokio::test]
async fn a_server_that_stops_answers_what_it_has_read() {
    let settings = Settings {
        patience: Duration::from_secs(2),
        ..settings()
    };
    for (before, (operation, is_answered)) in
        [("slow", true), ("never", false)].into_iter().enumerate()
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new(EchoRpc::new(), answer, settings);
        let server = tokio::spawn(server.run(listener, async { drop(stopped.await) }));
        let stream = TcpStream::connect(address).await.unwrap();
        let client = Client::new(stream, EchoRpc::new(), 8);
        let call = tokio::spawn({
            let client = client.clone();
            async move { client.call(request(operation, b"")).await }
        });
        until(|| STARTED.load(Ordering::Relaxed) > before).await;
        drop(stop);
        timeout(LONG, server).await.unwrap().unwrap();
        let answer = timeout(LONG, call).await.unwrap().unwrap();
        assert_eq!(answer.is_ok(), is_answered, "{operation}: {answer:?}");
        let lost = client.call(request("echo", b"")).await.unwrap_err();
        assert!(matches!(lost, CallError::Lost(_)), "{lost}");
        assert!(TcpStream::connect(address).await.is_err());
    }
}
