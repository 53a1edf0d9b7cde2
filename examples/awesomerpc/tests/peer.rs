//! The proxy between a server and a client that were written without this project.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use awesomerpc::AwesomeRpc;
use metaproto_codec::Codec;
use metaproto_testkit::proxy::{Config, Proxy, Route};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

fn python() -> Option<Command> {
    let found = Command::new("python3")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !found {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "python3 is missing"
        );
        eprintln!("skipped: python3 is missing");
        return None;
    }
    let mut command = Command::new("python3");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer/awesomerpc.py"));
    Some(command)
}

/// A child that does not outlive the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_server(mut python: Command) -> (Killed, u16) {
    let mut child = python
        .args(["serve", "--tag", "py"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let child = Killed(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let port = line
        .trim()
        .strip_prefix("listening ")
        .unwrap()
        .parse()
        .unwrap();
    (child, port)
}

async fn start_proxy(upstream: u16) -> Proxy {
    let config = Config::default()
        .cluster("py", [([127, 0, 0, 1], upstream).into()])
        .route(Route::to("all", "py").timeout_ms(20_000));
    Proxy::start(
        config,
        Arc::new(|| Box::new(AwesomeRpc::default()) as Box<dyn Codec>),
    )
    .await
    .unwrap()
}

async fn run(arguments: Vec<String>) -> Output {
    let mut command = python().unwrap();
    command.args(arguments);
    let child = tokio::task::spawn_blocking(move || command.output().unwrap());
    tokio::time::timeout(PATIENCE, child)
        .await
        .unwrap()
        .unwrap()
}

fn call(port: u16, count: usize, chunk: i32) -> Vec<String> {
    let text = format!(
        "call --port {port} --count {count} --conns 5 --depth 8 --size 40 --chunk={chunk} --cmd 100 --timeout 60"
    );
    text.split(' ').map(str::to_owned).collect()
}

fn check(output: &Output, count: usize) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}\n{errors}",
        String::from_utf8_lossy(&output.stdout)
    );
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = serde_json::json!({
        "sent": count, "ok": count, "bad": 0, "codes": { "0": count }, "tags": { "py": count }
    });
    assert_eq!(result, expected, "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_requests_arrive_and_return() {
    let Some(command) = python() else { return };
    let (_server, upstream) = start_server(command);
    let proxy = start_proxy(upstream).await;
    let port = proxy.local_addr().port();
    let every_size = (1..=24).map(|chunk| (chunk, 250));
    for (chunk, count) in [(0, 3000), (-1, 500), (64, 500)]
        .into_iter()
        .chain(every_size)
    {
        check(&run(call(port, count, chunk)).await, count);
    }
    tokio::time::timeout(PATIENCE, proxy.shutdown())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_connections_close_and_others_go_on() {
    let Some(command) = python() else { return };
    let (_server, upstream) = start_server(command);
    let proxy = start_proxy(upstream).await;
    let port = proxy.local_addr().port();
    let others = tokio::spawn(run(call(port, 1000, 0)));
    let hostile = run(["hostile", "--port", &port.to_string()]
        .map(str::to_owned)
        .to_vec())
    .await;
    let text = String::from_utf8_lossy(&hostile.stdout);
    assert!(hostile.status.success(), "{text}");
    assert_eq!(text.lines().count(), 7, "{text}");
    for line in text.lines() {
        let (name, answer) = line.split_once(": ").unwrap();
        // A reset is how a connection closes whose bytes were not all read.
        assert!(
            answer == "closed" || answer == "ConnectionResetError",
            "{name}: {answer}"
        );
    }
    check(&others.await.unwrap(), 1000);
    check(&run(call(port, 100, 0)).await, 100);
    tokio::time::timeout(PATIENCE, proxy.shutdown())
        .await
        .unwrap();
}
