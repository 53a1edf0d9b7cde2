//! A long run: all protocols at once through one Envoy, with connections that stay and connections that come and go.
//!
//! Every reply is held against its request, none may be missing, and none may come that was not asked for. Envoy's memory
//! may not grow by more than [`GROWTH`] after the first quarter of the time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use metaproto_codec::ErrorType;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::config::{Cluster, Config, Listener, route};
use crate::envoy::{Envoy, Programs};
use crate::ground::same;
use crate::peer::{Behaviour, Client, Server};
use crate::wire::{Column, WIRES, Wire};

/// By how much the resident memory of Envoy may grow after the first quarter, bytes.
const GROWTH: u64 = 16 << 20;

/// As [`GROWTH`], where the first quarter is shorter than a minute: Envoy has not come to rest by then.
const GROWTH_AT_FIRST: u64 = 48 << 20;

/// How often the memory is looked at, and a line is printed.
const LOOK: Duration = Duration::from_secs(1);
const LINE: Duration = Duration::from_secs(30);

/// Connections of each protocol that stay, and such that come and go, at a time.
const STAYING: u64 = 2;
const PASSING: u64 = 2;

/// What is called: with an answer, and without a route.
const CALLED: u16 = 1;
const NOWHERE: u16 = 2;

/// How long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Minutes; a fraction will do.
    #[arg(long, default_value_t = 20.0)]
    minutes: f64,
}

/// What was done so far.
#[derive(Default)]
struct Done {
    connections: AtomicU64,
    replies: AtomicU64,
    /// Requests whose clients did not wait.
    abandoned: AtomicU64,
}

impl Done {
    fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn line(&self) -> String {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        format!(
            "{} connections, {} replies, {} requests abandoned",
            of(&self.connections),
            of(&self.replies),
            of(&self.abandoned)
        )
    }
}

/// Runs for that long.
pub(crate) async fn run(options: &Options, programs: &Programs) -> Result<()> {
    let time = Duration::try_from_secs_f64(options.minutes * 60.0).context("no such time")?;
    let mut servers = Vec::new();
    let mut config = Config::new(WIRES[0]).concurrency(2);
    for Column {
        wire,
        sockets,
        name,
    } in Column::all()
    {
        let blue = Server::start(wire, "blue").await?;
        let green = Server::start(wire, "green").await?;
        green.behave(Behaviour::Late(Duration::from_millis(3)));
        let mut action = json!({"cluster": name});
        let mut cluster = Cluster::new(name, [blue.address(), green.address()]);
        if !wire.has_ids() {
            // A request that was given up costs its connection, on which Envoy may have sent the next one already.
            action["retry_policy"] = json!({"retry_on": "gateway-error,reset", "num_retries": 5});
            let limits = json!({"thresholds": [{"max_retries": 1000}]});
            cluster = cluster.set(json!({"circuit_breakers": limits}));
        }
        let listener = Listener::new(name, vec![route(wire, CALLED, action)]);
        config = config.of(wire).cluster(cluster);
        config = if sockets {
            config.socket_listener(listener)
        } else {
            config.listener(listener)
        };
        blue.forget();
        green.forget();
        servers.extend([blue, green]);
    }
    let mut envoy = Envoy::start(programs, &config).await?;
    let result = load(&mut envoy, time).await;
    result.with_context(|| format!("Envoy's log:\n{}", envoy.log()))?;
    for server in servers {
        same("faults at servers", server.faults(), Vec::new())?;
    }
    Ok(())
}

async fn load(envoy: &mut Envoy, time: Duration) -> Result<()> {
    let done = Arc::new(Done::default());
    let until = Instant::now() + time;
    let mut clients = JoinSet::new();
    for Column { wire, name, .. } in Column::all() {
        let to = envoy.listener(name).await?;
        for seed in 0..STAYING {
            let done = Arc::clone(&done);
            clients.spawn(async move {
                let stay = stay(wire, to, until, Dice(seed), done).await;
                stay.context(wire.name())
            });
        }
        for seed in 0..PASSING {
            let done = Arc::clone(&done);
            clients.spawn(async move {
                let pass = come_and_go(wire, to, until, Dice(STAYING + seed), done).await;
                pass.context(wire.name())
            });
        }
    }
    let memory = watch(envoy, time, &done, &mut clients).await?;
    while let Some(client) = clients.join_next().await {
        client??;
    }
    settled(envoy, &done).await?;
    println!("{}", done.line());
    println!("{memory}");
    let growth = if time / 4 < Duration::from_secs(60) {
        GROWTH_AT_FIRST
    } else {
        GROWTH
    };
    memory.check(growth)
}

/// The memory of Envoy, bytes.
struct Memory {
    /// At the end of the first quarter.
    quarter: u64,
    /// The most after that.
    most: u64,
    last: u64,
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            quarter,
            most,
            last,
        } = self;
        write!(
            f,
            "resident {} after the first quarter, then at most {}, at the end {}",
            mib(*quarter),
            mib(*most),
            mib(*last)
        )
    }
}

impl Memory {
    fn check(&self, growth: u64) -> Result<()> {
        ensure!(
            self.most <= self.quarter + growth,
            "Envoy grew by more than {}",
            mib(growth)
        );
        Ok(())
    }
}

/// Looks at the memory until the time is over; ends at once where a client fails.
async fn watch(
    envoy: &mut Envoy,
    time: Duration,
    done: &Done,
    clients: &mut JoinSet<Result<()>>,
) -> Result<Memory> {
    let started = Instant::now();
    let mut printed = started;
    let mut memory = Memory {
        quarter: 0,
        most: 0,
        last: 0,
    };
    while started.elapsed() < time {
        sleep(LOOK).await;
        envoy.check_alive()?;
        memory.last = envoy.resident()?;
        if started.elapsed() < time / 4 || memory.quarter == 0 {
            memory.quarter = memory.last;
        } else {
            memory.most = memory.most.max(memory.last);
        }
        while let Some(client) = clients.try_join_next() {
            client??;
        }
        if printed.elapsed() >= LINE {
            printed = Instant::now();
            println!(
                "{:4} s: {}, resident {}, allocated {}",
                started.elapsed().as_secs(),
                done.line(),
                mib(memory.last),
                mib(envoy.allocated().await?)
            );
        }
    }
    Ok(memory)
}

/// Nothing is left in Envoy, and nothing went wrong there.
async fn settled(envoy: &mut Envoy, done: &Done) -> Result<()> {
    envoy.check_alive()?;
    envoy
        .stat_becomes("*.upstream_rq_active", |active| active == 0)
        .await?;
    for column in Column::all() {
        let active = format!("http.{}.downstream_rq_active", column.name);
        envoy.stat_becomes(&active, |active| active == 0).await?;
    }
    for gauge in ["*.store_requests", "*.store_bytes"] {
        envoy.stat_becomes(gauge, |kept| kept == 0).await?;
    }
    for counter in ["*stream.panics", "*.downstream.lost"] {
        same(counter, envoy.stat(counter).await?, 0)?;
    }
    // Only what nobody waits for may be gone before it is sent, or be cut in the middle.
    let abandoned = done.abandoned.load(Ordering::Relaxed);
    for counter in ["*.upstream.lost", "*stream.refused"] {
        let count = envoy.stat(counter).await?;
        ensure!(count <= abandoned, "{counter}: {count}, of {abandoned}");
    }
    Ok(())
}

/// One connection for the whole time.
async fn stay(
    wire: &'static dyn Wire,
    to: SocketAddr,
    until: Instant,
    mut dice: Dice,
    done: Arc<Done>,
) -> Result<()> {
    let mut client = Client::connect(wire, to).await?;
    Done::add(&done.connections, 1);
    while Instant::now() < until {
        talk(wire, &mut client, &mut dice, &done).await?;
        sleep(Duration::from_millis(dice.below(20))).await;
    }
    finish(client).await
}

/// One connection after the other; every fourth does not wait for its last replies.
async fn come_and_go(
    wire: &'static dyn Wire,
    to: SocketAddr,
    until: Instant,
    mut dice: Dice,
    done: Arc<Done>,
) -> Result<()> {
    while Instant::now() < until {
        Done::add(&done.connections, 1);
        if dice.below(4) == 0 {
            let mut client = Client::connect_to_abort(wire, to).await?;
            talk(wire, &mut client, &mut dice, &done).await?;
            for _ in 0..dice.below(8) {
                client.send(CALLED).await?;
            }
            // Perhaps in the middle of a message.
            let rest = client.compose(CALLED, &[])?;
            client.send_bytes(&rest[..rest.len() / 2]).await?;
            sleep(Duration::from_millis(dice.below(5))).await;
            Done::add(&done.abandoned, client.waiting());
        } else {
            let mut client = Client::connect(wire, to).await?;
            for _ in 0..dice.below(4) {
                talk(wire, &mut client, &mut dice, &done).await?;
            }
            finish(client).await?;
        }
        sleep(Duration::from_millis(dice.below(20))).await;
    }
    Ok(())
}

/// Some calls, some of them large, some without a route, some one-way.
async fn talk(
    wire: &'static dyn Wire,
    client: &mut Client,
    dice: &mut Dice,
    done: &Done,
) -> Result<()> {
    client.fill(if dice.below(20) == 0 { 200_000 } else { 0 });
    let count = 1 + usize::try_from(dice.below(20))?;
    let depth = 1 + usize::try_from(dice.below(8))?;
    let replies = client.calls(CALLED, count, depth).await?;
    same("replies of servers", replies.good(), count)?;
    let reply = client.call(NOWHERE).await?;
    let expected = wire.code_of(ErrorType::RouteNotFound);
    same("without a route", reply.code, expected)?;
    if wire.has_one_way() {
        client.send_one_way(CALLED).await?;
    }
    Done::add(&done.replies, count + 1);
    Ok(())
}

/// The last reply was the last.
async fn finish(mut client: Client) -> Result<()> {
    client.end().await?;
    match client.receive().await {
        Ok(None) => Ok(()),
        Ok(Some(reply)) => bail!("a reply too many: {reply:?}"),
        Err(error) => Err(error),
    }
}

/// Numbers without any order, the same in each run.
struct Dice(u64);

impl Dice {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
