//! `demo`: two versions of a server, the proxy and clients in one process, and a check that everything went where it was
//! configured to go.

use std::fmt::Display;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use awesomerpc::AwesomeHeader;
use metaproto_codec::Header;
use metaproto_testkit::proxy::{Changes, Config, Match, Route, TokenBucket};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::call::{self, Summary, call};
use super::serve::{Server, serve};

/// No single step may take longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the limited route lets through.
const ALLOWED: usize = 100;

const TO_V1: i16 = 1;
const TO_V2: i16 = 2;
const SPLIT: i16 = 3;
const RENAMED: i16 = 4;
const TRANSLATED: i16 = 5;
const LIMITED: i16 = 6;
const DEAD: i16 = 7;
const NO_CLUSTER: i16 = 8;
const NO_ROUTE: i16 = 99;
const LATE: i16 = 900;
const SILENT: i16 = 901;

pub(crate) async fn run() -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let (v1, v1_address) = start_server("v1").await?;
    let (v2, v2_address) = start_server("v2").await?;
    let proxy = super::proxy::start(config(v1_address, v2_address, dead_address().await?)).await?;
    let port = proxy.local_addr().port();
    println!(
        "servers v1 on port {}, v2 on port {}; proxy on port {port}",
        v1_address.port(),
        v2_address.port()
    );

    let mut table = Table::default();
    let checks = run_checks(&mut table, port, &v1, &v2);
    timeout(PATIENCE, checks)
        .await
        .context("the demonstration did not end")??;
    timeout(PATIENCE, proxy.shutdown())
        .await
        .context("the proxy did not stop")?;

    table.print();
    println!(
        "{} requests in {:.1} s",
        table.requests,
        started.elapsed().as_secs_f64()
    );
    Ok(if table.all_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn config(v1: SocketAddr, v2: SocketAddr, dead: SocketAddr) -> Config {
    let cmd = |number: i16| Match::exact("cmd", number.to_string());
    let set_cmd = |number: i16| Changes::default().set("cmd", number.to_string());
    let max_tokens = u32::try_from(ALLOWED).unwrap_or(u32::MAX);
    let bucket = TokenBucket {
        max_tokens,
        tokens_per_fill: 1,
        fill_interval_ms: 3_600_000,
    };
    Config::default()
        .cluster("v1", [v1])
        .cluster("v2", [v2])
        .cluster("dead", [dead])
        .route(Route::to("to-v1", "v1").when(cmd(TO_V1)))
        .route(Route::to("to-v2", "v2").when(cmd(TO_V2)))
        .route(Route::split("split", [("v1", 90), ("v2", 10)]).when(cmd(SPLIT)))
        .route(
            Route::to("renamed", "v1")
                .when(cmd(RENAMED))
                .request(set_cmd(40)),
        )
        .route(
            Route::to("translated", "v2")
                .when(cmd(TRANSLATED))
                .request(set_cmd(50))
                .response(set_cmd(TRANSLATED)),
        )
        .route(
            Route::to("limited", "v1")
                .when(cmd(LIMITED))
                .rate_limit(bucket),
        )
        .route(Route::to("dead", "dead").when(cmd(DEAD)))
        .route(Route::to("no-cluster", "nowhere").when(cmd(NO_CLUSTER)))
        .route(
            Route::to("misbehaving", "v1")
                .when(Match::regex("cmd", "90[0-9]"))
                .timeout_ms(300),
        )
}

async fn run_checks(table: &mut Table, port: u16, v1: &Server, v2: &Server) -> anyhow::Result<()> {
    // A connection that stays open through all that follows, hostile peers included.
    let background = call::Options {
        count: 300,
        depth: 2,
        size: 20,
        chunk: 3,
        timeout: 8,
        ..call::Options::new(port, TO_V2)
    };
    let background = tokio::spawn(async move { call(&background).await });

    let all_at = |cmd: i16| call::Options {
        count: 400,
        conns: 4,
        depth: 8,
        timeout: 8,
        ..call::Options::new(port, cmd)
    };
    for (what, chunk) in [
        ("whole", 0),
        ("1 byte at a time", 1),
        ("2 bytes at a time", 2),
        ("3 bytes at a time", 3),
        ("13 bytes at a time", 13),
        ("64 bytes at a time", 64),
        ("uneven pieces", -1),
    ] {
        let result = call(&call::Options {
            chunk,
            size: 60,
            ..all_at(TO_V1)
        })
        .await;
        table.replies(
            &format!("cmd {TO_V1}, {what}"),
            400,
            &[(0, 400)],
            &[("v1", 400)],
            &result,
        );
    }
    let result = call(&all_at(TO_V2)).await;
    table.replies(
        &format!("cmd {TO_V2}, pipelined"),
        400,
        &[(0, 400)],
        &[("v2", 400)],
        &result,
    );
    let result = call(&call::Options {
        size: 1 << 20,
        count: 16,
        conns: 2,
        depth: 4,
        ..all_at(TO_V1)
    })
    .await;
    table.replies(
        &format!("cmd {TO_V1}, payloads up to 1 MiB"),
        16,
        &[(0, 16)],
        &[("v1", 16)],
        &result,
    );

    let result = call(&call::Options {
        count: 1000,
        ..all_at(SPLIT)
    })
    .await;
    table.replies(
        &format!("cmd {SPLIT}, split 90/10"),
        1000,
        &[(0, 1000)],
        &[("v1", 900), ("v2", 100)],
        &result,
    );

    let result = call(&call::Options {
        count: 200,
        expect_cmd: Some(40),
        ..all_at(RENAMED)
    })
    .await;
    table.replies(
        &format!("cmd {RENAMED} set to 40"),
        200,
        &[(0, 200)],
        &[("v1", 200)],
        &result,
    );
    table.row(
        &format!("v1 saw cmd {RENAMED} / cmd 40"),
        "0 / 200",
        &format!("{} / {}", v1.seen(RENAMED), v1.seen(40)),
    );
    let result = call(&call::Options {
        count: 200,
        ..all_at(TRANSLATED)
    })
    .await;
    table.replies(
        &format!("cmd {TRANSLATED} set to 50, and back"),
        200,
        &[(0, 200)],
        &[("v2", 200)],
        &result,
    );
    let seen = format!("{} / {}", v2.seen(TRANSLATED), v2.seen(50));
    table.row(
        &format!("v2 saw cmd {TRANSLATED} / cmd 50"),
        "0 / 200",
        &seen,
    );

    let result = call(&call::Options {
        count: 250,
        ..all_at(LIMITED)
    })
    .await;
    let codes = [(0, ALLOWED), (2, 250 - ALLOWED)];
    table.replies(
        &format!("cmd {LIMITED}, {ALLOWED} allowed"),
        250,
        &codes,
        &[("v1", ALLOWED)],
        &result,
    );
    table.row(
        &format!("v1 saw cmd {LIMITED}"),
        &ALLOWED.to_string(),
        &v1.seen(LIMITED).to_string(),
    );

    for (what, cmd, code) in [
        ("no route", NO_ROUTE, 1),
        ("no cluster", NO_CLUSTER, 2),
        ("dead upstream", DEAD, 2),
    ] {
        let result = call(&call::Options {
            count: 50,
            conns: 2,
            ..all_at(cmd)
        })
        .await;
        table.replies(
            &format!("cmd {cmd}, {what}"),
            50,
            &[(code, 50)],
            &[],
            &result,
        );
    }
    let result = call(&call::Options {
        count: 10,
        conns: 1,
        depth: 10,
        ..all_at(LATE)
    })
    .await;
    table.replies(
        &format!("cmd {LATE}, answered late"),
        10,
        &[(0, 10)],
        &[("v1", 10)],
        &result,
    );
    let result = call(&call::Options {
        count: 5,
        conns: 1,
        depth: 5,
        ..all_at(SILENT)
    })
    .await;
    table.replies(
        &format!("cmd {SILENT}, never answered"),
        5,
        &[(2, 5)],
        &[],
        &result,
    );

    table.row(
        "malformed peer, pack_len 3",
        "closed",
        malformed(port).await?,
    );
    let result = call(&call::Options {
        count: 50,
        ..all_at(TO_V1)
    })
    .await;
    table.replies(
        &format!("cmd {TO_V1}, after the malformed peer"),
        50,
        &[(0, 50)],
        &[("v1", 50)],
        &result,
    );
    let result = background.await?;
    table.replies(
        &format!("cmd {TO_V2}, open all the while"),
        300,
        &[(0, 300)],
        &[("v2", 300)],
        &result,
    );
    Ok(())
}

async fn start_server(tag: &str) -> anyhow::Result<(Arc<Server>, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = Arc::new(Server::new(tag));
    tokio::spawn(serve(listener, Arc::clone(&server)));
    Ok((server, address))
}

/// An address at which nobody listens: its port was free a moment ago.
async fn dead_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}

/// Sends one message whose length is below that of the header, and says what the proxy does with the connection.
async fn malformed(port: u16) -> anyhow::Result<&'static str> {
    let header = AwesomeHeader {
        version: 1,
        pack_flow: 1,
        pack_len: 0,
        req_cmd: TO_V1,
        rsp_code: 0,
    };
    let mut frame = header.to_frame(b"")?;
    frame[5..9].copy_from_slice(&3_u32.to_be_bytes());
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(&frame).await?;
    let mut answer = [0; 64];
    Ok(
        match timeout(Duration::from_secs(2), stream.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => "closed",
            Ok(Ok(_)) => "answered",
            Err(_) => "still open",
        },
    )
}

/// What went where: expected, observed, and whether they agree.
#[derive(Default)]
struct Table {
    rows: Vec<[String; 3]>,
    requests: usize,
}

impl Table {
    fn row(&mut self, what: &str, expected: &str, observed: &str) {
        self.rows
            .push([what, expected, observed].map(str::to_owned));
    }

    /// A row about `count` requests, of which none may go wrong: replies by `rsp_code`, and by server.
    fn replies(
        &mut self,
        what: &str,
        count: usize,
        codes: &[(i16, usize)],
        tags: &[(&str, usize)],
        result: &Summary,
    ) {
        self.requests += result.sent;
        let expected = describe(count, 0, codes.iter().copied(), tags.iter().copied());
        let seen_codes = result.codes.iter().map(|(code, count)| (*code, *count));
        let seen_tags = result
            .tags
            .iter()
            .map(|(tag, count)| (tag.as_str(), *count));
        let observed = describe(result.ok, result.bad, seen_codes, seen_tags);
        self.row(what, &expected, &observed);
    }

    fn all_ok(&self) -> bool {
        self.rows
            .iter()
            .all(|[_, expected, observed]| expected == observed)
    }

    fn print(&self) {
        let width = |column: usize, least: usize| {
            self.rows
                .iter()
                .map(|row| row[column].len())
                .chain([least])
                .max()
                .unwrap_or(least)
        };
        let (first, second, third) = (width(0, 15), width(1, 8), width(2, 8));
        println!(
            "\n{:first$}  {:second$}  {:third$}  ok",
            "what went where", "expected", "observed"
        );
        println!("{}", "-".repeat(first + second + third + 9));
        for [what, expected, observed] in &self.rows {
            let ok = if expected == observed { "ok" } else { "WRONG" };
            println!("{what:first$}  {expected:second$}  {observed:third$}  {ok}");
        }
        println!();
    }
}

fn describe<'a>(
    good: usize,
    bad: usize,
    codes: impl Iterator<Item = (i16, usize)>,
    tags: impl Iterator<Item = (&'a str, usize)>,
) -> String {
    let mut parts = vec![format!("{good} good")];
    if bad != 0 {
        parts.push(format!("{bad} bad"));
    }
    parts.extend(codes.map(|(code, count)| count_of(format_args!("rsp_code {code}"), count)));
    parts.extend(tags.map(|(tag, count)| count_of(format_args!("{tag}"), count)));
    parts.join(", ")
}

fn count_of(what: impl Display, count: usize) -> String {
    format!("{what}: {count}")
}
