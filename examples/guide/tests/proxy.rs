//! The program and the configuration of `docs/proxy.md`, and what it says that they do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use metaproto_codec::Header;
use my_codec::Parcel;

/// A server on a free port, to which a request is its own answer: without `message_type`, the direction tells the two apart.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            std::thread::spawn(move || std::io::copy(&mut &stream, &mut &stream));
        }
    });
    address
}

fn parcel(id: u32, urgent: bool, status: u8, method: &str, labels: &[(&str, &str)]) -> Vec<u8> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let parcel = Parcel {
        magic: 0,
        version: 0,
        urgent,
        spare: 0,
        status,
        id,
        length: 0,
        method: method.to_owned(),
        labels: labels.iter().map(owned).collect(),
        sum: 0,
    };
    parcel.to_frame(b"").unwrap()
}

/// The program of this package; `cargo test` builds it unless it is told which tests to build.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap();
    let name = format!("proxy{}", std::env::consts::EXE_SUFFIX);
    let program = target.join("examples").join(name);
    assert!(
        program.exists(),
        "build it: cargo build -p guide --example proxy"
    );
    program
}

/// The program with a configuration, and where it listens.
fn start(config: &str) -> (Child, SocketAddr) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proxy.yaml");
    std::fs::write(&file, config).unwrap();
    let mut child = Command::new(program())
        .args([
            file.as_os_str(),
            "--listen".as_ref(),
            "127.0.0.1:0".as_ref(),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::with_capacity(1, child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ").unwrap();
    let address = address.parse().unwrap();
    child.stdout = Some(output.into_inner());
    (child, address)
}

#[test]
fn the_program_does_what_its_file_says() {
    let [stock, orders] = [serve(), serve()];
    let config = include_str!("proxy/proxy.yaml")
        .replace("127.0.0.1:9001", &stock.to_string())
        .replace("127.0.0.1:9002", &orders.to_string());
    let (mut program, address) = start(&config);

    let mut client = TcpStream::connect(address).unwrap();
    let mut exchange = |request: &[u8], reply: &[u8]| {
        client.write_all(request).unwrap();
        let mut found = vec![0; reply.len()];
        client.read_exact(&mut found).unwrap();
        assert_eq!(found, reply);
    };
    // As it came.
    let list = parcel(1, false, 0, "stock/list", &[("debug", "1")]);
    exchange(&list, &list);
    // Changed on its way there, and on its way back.
    let labels = [("debug", "1"), ("tenant", "acme")];
    let changed = [("tenant", "acme"), ("via", "proxy"), ("server", "orders")];
    exchange(
        &parcel(2, false, 0, "orders/add", &labels),
        &parcel(2, false, 0, "orders/add", &changed),
    );
    // No route, for it lacks its tenant.
    exchange(
        &parcel(3, false, 0, "orders/add", &[]),
        &parcel(3, false, 1, "", &[]),
    );
    // The second of a minute.
    let urgent = parcel(4, true, 0, "stock/list", &[]);
    exchange(&urgent, &urgent);
    exchange(
        &parcel(5, true, 0, "stock/list", &[]),
        &parcel(5, true, 2, "", &[]),
    );

    drop(program.stdin.take());
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success());
    let counts = String::from_utf8(output.stdout).unwrap();
    let endpoint = |address: SocketAddr, port: u16| {
        (
            format!("  {address:<38}"),
            format!("  {:<38}", format!("127.0.0.1:{port}")),
        )
    };
    let counts = [endpoint(stock, 9001), endpoint(orders, 9002)]
        .iter()
        .fold(counts, |counts, (found, shown)| {
            counts.replace(found, shown)
        });
    assert_eq!(counts, include_str!("proxy/counts.txt"));
}
